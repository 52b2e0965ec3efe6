import type { OperationCause, OperationRecord } from '@ocopea/operations';
import type { HubContext } from './hub-context.js';

/** Who asks for an operation, and under which key a repeat of the same request is known. */
export interface WorkRequest {
  readonly cause: OperationCause;
  readonly idempotencyKey?: string | undefined;
}

/**
 * The operation that an earlier request with the same key started, if any. Asked before a request is checked: what was fine
 * the first time, such as a free name, need not be so when the request is repeated.
 */
export async function earlierOperation(
  { database, engine }: Pick<HubContext, 'database' | 'engine'>,
  kind: string,
  { idempotencyKey }: WorkRequest,
): Promise<OperationRecord | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const earlier = await database.operation.findUnique({ where: { kind_idempotencyKey: { kind, idempotencyKey } }, select: { id: true } });
  return earlier === null ? undefined : engine.find(earlier.id);
}

/** The part of the engine's start options that a request determines. */
export function requestOptions({ cause, idempotencyKey }: WorkRequest): { cause: OperationCause; idempotencyKey?: string } {
  return { cause, ...(idempotencyKey !== undefined && { idempotencyKey }) };
}
