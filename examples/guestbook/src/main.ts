import { readConfig } from './config.js';
import { EntryStore } from './entry-store.js';
import { createGuestbookServer } from './http-server.js';

try {
  const config = readConfig(process.env);
  const store = new EntryStore(config.databaseUrl);
  await store.prepare();
  const server = createGuestbookServer(store);
  server.on('error', (error) => fail(`guestbook cannot listen on port ${config.port}: ${error.message}`));
  server.listen(config.port, config.host, () => console.log(`guestbook answers at http://${config.host}:${config.port}`));
  const stop = () => {
    server.close(() => void store.close().then(() => process.exit(0)));
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
