/** What a Site's answer is worth to a caller who only cares for JSON. */
export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the body is no JSON. */
  readonly body: unknown;
  /** How far the clock of what answers is ahead of this one, in milliseconds; undefined when it does not tell. */
  readonly clockAheadMs: number | undefined;
}

export interface PostJsonOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
  readonly signal: AbortSignal;
}

/** Control calls are small; a Site that sends more is not one. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Posts JSON and reads a bounded answer. Redirects are not followed: the address was checked, another was not. */
export async function postJson({ url, headers, body, signal }: PostJsonOptions): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9' },
    body: JSON.stringify(body),
    signal,
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_ANSWER_BYTES) throw new RangeError('the answer is too large');
    chunks.push(chunk as Uint8Array);
  }
  const clockAheadMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
  return { status: response.status, body: parse(Buffer.concat(chunks).toString('utf8')), clockAheadMs: Number.isNaN(clockAheadMs) ? undefined : clockAheadMs };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
