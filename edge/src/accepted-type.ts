import Negotiator from 'negotiator';

/** How an answer is to be written. */
export interface AnswerType {
  readonly contentType: string;
  /** Of an answer that says only what is wrong with the operation. */
  readonly refusedStatus: number;
}

const utf8 = '; charset=utf-8';

/**
 * Clients that ask for `application/json` by name may be older than statuses that mean something, and the specification says 200
 * for all that is a GraphQL answer. Who takes anything gets the status that tells intermediaries the truth.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
const legacyJson: AnswerType = { contentType: `application/json${utf8}`, refusedStatus: 200 };
const json: AnswerType = { contentType: `application/json${utf8}`, refusedStatus: 400 };
const graphqlResponse: AnswerType = { contentType: `application/graphql-response+json${utf8}`, refusedStatus: 400 };

/** Clients send the same few headers time after time. */
const known = new Map<string, AnswerType | undefined>();
const mostKnown = 100;

/** By the `accept` header of a request; `undefined` when it takes nothing that a GraphQL answer can be. */
export function acceptedType(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined) return json;
  if (known.has(accept)) return known.get(accept);
  const found = negotiated(accept);
  if (known.size < mostKnown && accept.length < 200) known.set(accept, found);
  return found;
}

function negotiated(accept: string): AnswerType | undefined {
  // All answers are UTF-8, said or not.
  const headers = { accept: accept.replace(/;\s*charset="?utf-?8"?/gi, '') };
  const best = new Negotiator({ headers }).mediaType(['application/json', 'application/graphql-response+json']);
  if (best === undefined) return undefined;
  if (best !== 'application/json') return graphqlResponse;
  return /application\/json/i.test(accept) ? legacyJson : json;
}
