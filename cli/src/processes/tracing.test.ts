import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beginTrace, endSpan } from '@ocopea/edge';
import { afterEach, describe, expect, it } from 'vitest';
import { startTracing } from './tracing.js';

/** What came in over OTLP: path, content type, and the bytes, in which names stand as they are. */
interface Received {
  readonly path: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

let receiver: Server | undefined;
afterEach(() => {
  receiver?.closeAllConnections();
  receiver?.close();
  receiver = undefined;
});

async function startReceiver(): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url, contentType: request.headers['content-type'], body: Buffer.concat(chunks).toString('latin1') });
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  return { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`, received };
}

const options = { serviceName: 'ocopea-site', instanceId: 'eu-central', version: '1.2.3' };

describe('tracing', () => {
  it('sends spans to an OTLP receiver, with who sends them, at the latest when it stops', async () => {
    const { url, received } = await startReceiver();
    const stop = await startTracing({ endpoint: `${url}/`, ...options });
    endSpan(beginTrace('a request of a test', {}, { 'ocopea.request.id': 'r-17' }));
    await stop();
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ path: '/v1/traces' });
    for (const text of ['a request of a test', 'r-17', 'ocopea-site', 'eu-central', '1.2.3']) expect(received[0]!.body).toContain(text);
    expect(beginTrace('after it', {}, {})).toBeUndefined();
  });

  it('collects nothing without a receiver', async () => {
    const stop = await startTracing({ endpoint: undefined, ...options });
    expect(beginTrace('a request', {}, {})).toBeUndefined();
    await stop();
  });

  it('stops although the receiver is away', async () => {
    const { url } = await startReceiver();
    receiver?.close();
    const stop = await startTracing({ endpoint: url, ...options });
    endSpan(beginTrace('a request', {}, {}));
    await stop();
  });
});
