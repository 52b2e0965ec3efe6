import type { WorkRequest } from '../domain/work/request.js';
import { causeOf } from './cause-of.js';
import type { RequestContext } from './request-context.js';

/** Who asks, and under which key a repeat is known. */
export function workRequest({ principal }: RequestContext, input: { readonly idempotencyKey?: string | null }): WorkRequest {
  return { cause: causeOf(principal), idempotencyKey: input.idempotencyKey ?? undefined };
}
