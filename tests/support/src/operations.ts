import { OperationDocument, OperationProgressDocument, type OcopeaClient, type OperationQuery } from '@ocopea/sdk';

export type EndedOperation = NonNullable<OperationQuery['operation']>;

/** Follows an operation by its live subscription to its end, however it ends. */
export async function operationEnd(client: OcopeaClient, operationId: string, deadlineMs = 120_000): Promise<EndedOperation> {
  const deadline = AbortSignal.timeout(deadlineMs);
  for await (const { operationProgress } of client.subscribe(OperationProgressDocument, { operationId }, { signal: deadline })) {
    if (operationProgress.phase === 'DONE') break;
  }
  const { operation } = await client.request(OperationDocument, { id: operationId });
  if (operation === null || operation === undefined) throw new Error(`operation ${operationId} is gone`);
  if (operation.phase !== 'DONE') throw new Error(`operation ${operationId} is still ${operation.phase} after ${deadlineMs} ms: ${JSON.stringify(operation, undefined, 2)}`);
  return operation;
}

/** The same, when it must succeed. */
export async function operationSuccess(client: OcopeaClient, operationId: string, deadlineMs?: number): Promise<EndedOperation> {
  const operation = await operationEnd(client, operationId, deadlineMs);
  if (operation.outcome !== 'SUCCEEDED') throw new Error(`${operation.kind} ${operationId} ended ${operation.outcome}: ${JSON.stringify(operation.error)} ${JSON.stringify(operation.steps)}`);
  return operation;
}
