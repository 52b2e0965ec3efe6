import { PostgresServer } from '../postgres-server.js';

/** Opens the server in the folder that it is told, starts it, says where it is, and lives until it is killed. */
const server = await PostgresServer.open(JSON.parse(process.argv[2]!) as string);
await server.start();
process.send!({ postmaster: await server.postmaster() });
setInterval(() => undefined, 60_000);
