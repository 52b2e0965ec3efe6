// Writes the numbers 1, 2, 3, … to two databases and a folder in turn, each after the one before is durable, so that a
// copy of one moment has no number without every earlier one. Begins when it is told to.
import { mkdir, open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';

const { LEFT_URL, RIGHT_URL, FILES, HOST, PORT } = process.env;
const databases = [LEFT_URL, RIGHT_URL].map((connectionString) => new pg.Client({ connectionString }));
for (const database of databases) {
  database.on('error', () => process.exit(1));
  await database.connect();
  await database.query('CREATE TABLE IF NOT EXISTS numbers (number bigint PRIMARY KEY)');
}
await mkdir(join(FILES, 'numbers'), { recursive: true });
const insert = (database) => (number) => database.query('INSERT INTO numbers VALUES ($1)', [number]);
const store = async (number) => {
  // A hundred to a file, so that the folder grows and files do.
  const file = await open(join(FILES, 'numbers', String(Math.floor(number / 100))), 'a');
  await file.write(`${number}\n`);
  await file.sync();
  await file.close();
};
const targets = [store, ...databases.map(insert)];

let written = 0;
async function write() {
  for (;;) {
    await targets[(written + 1) % targets.length](written + 1);
    written++;
  }
}

const server = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/start') void write().catch(() => process.exit(1));
  response.end(String(written));
});
server.listen(Number(PORT), HOST);
process.once('SIGTERM', () => process.exit(0));
