import type { IncomingMessage, ServerResponse } from 'node:http';
import { OcopeaError } from '@ocopea/graph';
import type { EdgeLimits } from './edge-limits.js';
import { operationParametersOfUrl, parseJson, type OperationParameters } from './operation-parameters.js';
import { readBody } from './read-body.js';

/*
 * A page of a foreign origin can make a browser send what a form or an image can, without asking first. So a body is read only as
 * `application/json`, which no form sends; and a URL that a browser says comes from another site is not executed.
 */

/** Headers that a page can only send after the browser has asked whether it may. */
const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name', 'graphql-require-preflight'];

/** @throws BAD_REQUEST */
export function parametersOfUrl({ headers }: IncomingMessage, url: URL): OperationParameters {
  const site = headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign && !preflightHeaders.some((name) => headers[name] !== undefined)) {
    throw new OcopeaError('BAD_REQUEST', `a page of another site asked, which may be Cross-Site Request Forgery; send a header "${preflightHeaders[0]}"`);
  }
  return operationParametersOfUrl(url.searchParams);
}

/** The body as JSON. @throws BAD_REQUEST, BODY_TOO_LARGE, DEADLINE_EXCEEDED */
export async function readJsonBody(request: IncomingMessage, response: ServerResponse, limits: EdgeLimits): Promise<unknown> {
  if (!isJson(request.headers['content-type'])) {
    throw new OcopeaError(
      'BAD_REQUEST',
      'the "content-type" header is not application/json in UTF-8; what a form can send is blocked as a possible Cross-Site Request Forgery',
    );
  }
  return parseJson(await readBody(request, response, limits));
}

/** No other encoding of JSON than UTF-8 is read. */
function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || /^\s*application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(contentType ?? '');
}
