/** A raw HTTP request to a Hub or Site, and what it must be told. */
export interface HttpCase {
  readonly what: string;
  readonly path?: string;
  readonly init: (authorization: string) => RequestInit;
  readonly status: number;
  readonly code: string;
  readonly message: RegExp;
}

const question = JSON.stringify({ query: '{ sites { id } }' });
const json = (authorization: string) => ({ authorization, 'content-type': 'application/json' });
const post = (body: string) => (authorization: string) => ({ method: 'POST', headers: json(authorization), body });
const mutation = encodeURIComponent('mutation { cancelOperation(input: { operationId: "x" }) { operation { id } } }');

/** 50 MB that do not say beforehand how many they are. */
const endless = (): ReadableStream => {
  let megabytes = 0;
  return new ReadableStream({ pull: (controller) => (megabytes++ < 50 ? controller.enqueue(new Uint8Array(1_000_000).fill(32)) : controller.close()) });
};

export const httpCases: readonly HttpCase[] = [
  { what: 'a body of 50 MB', init: post(JSON.stringify({ query: '{ sites { id } }', variables: { x: 'a'.repeat(50_000_000) } })), status: 413, code: 'BODY_TOO_LARGE', message: /larger than 1048576 bytes; send less/ },
  { what: 'a body of 50 MB in pieces', init: (authorization) => ({ method: 'POST', headers: json(authorization), body: endless(), duplex: 'half' }) as RequestInit, status: 413, code: 'BODY_TOO_LARGE', message: /larger than 1048576 bytes/ },
  { what: 'JSON that breaks off', init: post('{"query":'), status: 400, code: 'BAD_REQUEST', message: /not JSON/ },
  { what: 'a list of requests', init: post(`[${question}]`), status: 400, code: 'BATCH_REFUSED', message: /one request at a time/ },
  { what: 'null', init: post('null'), status: 400, code: 'BAD_REQUEST', message: /body/ },
  { what: 'a mutation by GET', path: `/graphql?query=${mutation}`, init: (authorization) => ({ headers: json(authorization) }), status: 405, code: 'BAD_REQUEST', message: /GET requests only support query operations/ },
  { what: 'a content type that forms have', init: (authorization) => ({ method: 'POST', headers: { authorization, 'content-type': 'text/plain' }, body: question }), status: 400, code: 'BAD_REQUEST', message: /content-type/ },
  { what: 'PUT', init: (authorization) => ({ method: 'PUT', headers: json(authorization), body: question }), status: 405, code: 'BAD_REQUEST', message: /GET\/POST/ },
  { what: 'a path that is not there', path: '/admin', init: (authorization) => ({ headers: { authorization } }), status: 404, code: 'UNKNOWN_PATH', message: /nothing is served under GET \/admin; the graph is at POST \/graphql/ },
  { what: 'a path that is not there, without a token', path: '/admin', init: () => ({}), status: 401, code: 'UNAUTHENTICATED', message: /no valid credential/ },
  { what: 'the metrics without a token', path: '/metrics', init: () => ({}), status: 401, code: 'UNAUTHENTICATED', message: /no valid credential/ },
];
