import { OperationDocument, OperationProgressDocument, type OperationFieldsFragment, type PartProgressFieldsFragment, type ProgressFieldsFragment, type QueuePlaceFieldsFragment } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { formatQueuePlace } from '../output/queue-place.js';
import { ProgressLine } from '../output/progress-line.js';
import type { CommandContext } from './command-context.js';

/**
 * Shows an operation's progress live until it has ended, and answers how it ended.
 * @throws CliError when it failed or was cancelled, or when the caller stops waiting (the operation itself goes on)
 */
export async function waitForOperation(context: CommandContext, operationId: string, title: string): Promise<OperationFieldsFragment> {
  const line = new ProgressLine(title);
  try {
    for await (const { operationProgress } of context.client.subscribe(OperationProgressDocument, { operationId }, { signal: context.signal })) {
      const queue = operationProgress.queue as QueuePlaceFieldsFragment | null;
      line.update(queue === null ? (operationProgress.step ?? '') : `waits for its turn: ${formatQueuePlace(queue)}`, operationProgress.progress as ProgressFieldsFragment, operationProgress.parts as PartProgressFieldsFragment[]);
      if (operationProgress.phase === 'DONE') break;
    }
  } finally {
    line.end();
  }
  if (context.signal.aborted) {
    throw new CliError(`stopped waiting; the operation goes on: ocopea operations get ${operationId}`);
  }
  const { operation } = await context.client.request(OperationDocument, { id: operationId });
  if (operation === null || operation === undefined) throw new CliError(`operation ${operationId} is gone`);
  for (const warning of operation.warnings) context.note(`warning: ${warning}`);
  if (operation.outcome === 'FAILED') throw new CliError(`${title}: ${operation.error?.message ?? 'it failed'}${operation.error ? ` (${operation.error.code})` : ''}`);
  if (operation.outcome === 'CANCELLED') throw new CliError(`${title}: it was cancelled`);
  return operation;
}

/** Answers with the operation itself, or with its end when asked to wait. */
export async function finish(context: CommandContext, operation: OperationFieldsFragment, options: { readonly wait?: boolean }, title: string): Promise<OperationFieldsFragment> {
  if (options.wait === true) return waitForOperation(context, operation.id, title);
  context.note(`${title}: started; follow it with: ocopea operations wait ${operation.id}`);
  return operation;
}
