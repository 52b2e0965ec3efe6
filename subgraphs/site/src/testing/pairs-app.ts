import { createServer } from 'node:http';
import { connect } from '@ocopea/data-service-memory';
import type { MemoryArtifact } from '@ocopea/paas-memory';

/**
 * An application on a memory data service, whose address it finds in `DB_URI`: `PUT /<key>` with the value as body, `GET /<key>`,
 * `GET /digest`, `GET /healthz`. It writes a line for each request.
 */
export const pairsApp: MemoryArtifact = {
  name: 'pairs',
  version: '1.0.0',
  start({ environment, print, exit }) {
    const session = connect({ values: { uri: environment['DB_URI'] ?? '' } });
    const server = createServer(async (request, response) => {
      try {
        const key = (request.url ?? '/').slice(1);
        if (key === 'healthz') return void response.end('ok');
        print('out', `${request.method} /${key}`);
        if (key === 'digest') return void response.end(await session.digest());
        if (request.method === 'PUT') {
          const chunks: Buffer[] = [];
          for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
          await session.put(key, Buffer.concat(chunks).toString('utf8'));
          return void response.end();
        }
        const value = await session.get(key);
        response.statusCode = value === undefined ? 404 : 200;
        response.end(value);
      } catch (error) {
        print('err', String(error));
        response.statusCode = 500;
        response.end();
      }
    });
    server.on('error', () => exit(1));
    server.listen(Number(environment['PORT']), environment['HOST'] ?? '127.0.0.1');
    return {
      close: () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    };
  },
};

/** One that never listens, so its health check never succeeds. */
export const silentApp: MemoryArtifact = {
  name: 'silent',
  version: '1.0.0',
  start({ print }) {
    print('err', 'waiting for something that never comes');
    return { close: async () => undefined };
  },
};
