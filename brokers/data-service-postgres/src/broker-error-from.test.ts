import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { expect, it } from 'vitest';
import { brokerErrorFrom } from './broker-error-from.js';

it('says UNAVAILABLE of a server that ends in the middle of a conversation, so that it is tried again', async () => {
  const dying = createServer((socket) => socket.once('data', () => socket.end()));
  dying.listen(0, '127.0.0.1');
  await once(dying, 'listening');
  const client = new pg.Client({ host: '127.0.0.1', port: (dying.address() as AddressInfo).port, user: 'nobody' });
  client.on('error', () => undefined);
  const error = await client.connect().then(() => undefined, (reason: unknown) => reason);
  dying.close();
  expect(brokerErrorFrom(error, 'copying "db"')).toMatchObject({ code: 'UNAVAILABLE', retry: 'retryable' });
});
