// Answers whether it is frozen: a file in its folder, which its commands write, says so.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const { FILES, HOST, PORT } = process.env;
createServer((_, response) => response.end(existsSync(join(FILES, 'frozen')) ? 'frozen' : 'open')).listen(Number(PORT), HOST);
process.once('SIGTERM', () => process.exit(0));
