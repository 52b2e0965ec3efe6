import { Agent, request as httpRequest } from 'node:http';

export interface LoadOptions {
  readonly url: string;
  readonly requests: number;
  readonly connections: number;
  /** The body of each, and a check of each answer. */
  readonly body: (number: number) => string;
  readonly check: (text: string, number: number) => void;
}

export interface LoadResult {
  readonly seconds: number;
  /** Of the last answer. */
  readonly bytes: number;
}

/** POSTs over kept connections, the next request on each as soon as its answer is there. Fails at the first wrong answer. */
export async function load({ url, requests, connections, body, check }: LoadOptions): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL(url);
  let next = 0;
  let bytes = 0;
  const begin = process.hrtime.bigint();
  const client = async (): Promise<void> => {
    while (next < requests) {
      const number = next++;
      const text = await post(target, agent, body(number));
      bytes = text.length;
      check(text, number);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, client));
  } finally {
    agent.destroy();
  }
  return { seconds: Number(process.hrtime.bigint() - begin) / 1e9, bytes };
}

function post(url: URL, agent: Agent, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(body) } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
