import type { EdgeRequest } from './edge-options.js';

const requestOf = Symbol('the request that a context belongs to');

/** Marks a context with its request. A property rather than a map: Apollo hands plugins a copy of the context. */
export function bindRequest<TContext extends object>(context: TContext, request: EdgeRequest): TContext {
  return Object.assign(context, { [requestOf]: request });
}

export function boundRequest(context: object): EdgeRequest {
  const request = (context as { [requestOf]?: EdgeRequest })[requestOf];
  if (request === undefined) throw new Error('invariant: a context that the edge did not make');
  return request;
}
