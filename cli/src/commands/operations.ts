import { Option, type Command } from 'commander';
import { CancelOperationDocument, OperationDocument, OperationsDocument, RetryOperationDocument, type OperationFieldsFragment, type OperationPhase, type QueuePlaceFieldsFragment } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { formatQueuePlace } from '../output/queue-place.js';
import { formatBytes, formatTime } from '../output/units.js';
import { withContext, type CommandContext } from './command-context.js';
import { limitOption, listAll } from './list-all.js';
import { addOperationLogsCommand } from './operation-logs.js';
import { waitForOperation } from './wait-for-operation.js';

/** `ocopea operations`: what is being done, what was done, and how it ended. */
export function addOperationsCommand(program: Command): void {
  const operations = program.command('operations').description('what is being done and what was done, newest first');

  operations
    .command('list', { isDefault: true })
    .description('what is being done and what was done, newest first')
    .option('--site <site...>', 'only at these Sites')
    .addOption(new Option('--phase <phase>', 'only in this phase; queued ones wait for their turn').choices(['queued', 'running', 'finishing', 'done']))
    .addOption(limitOption(100))
    .action((options: { site?: string[]; phase?: string; limit: number }, command: Command) =>
      withContext(command, async (context) => {
        const filter = options.phase === undefined ? null : { phase: options.phase.toUpperCase() as OperationPhase };
        const rows = await listAll<OperationFieldsFragment>(context, options.limit, async (first, after) => {
          const answer = await context.client.ask(OperationsDocument, { first, after: after ?? null, filter, sites: options.site ?? null }, context);
          return { ...answer, data: answer.data.operations };
        });
        context.rows(
          [
            { title: 'id', cell: (operation) => operation.id },
            { title: 'kind', cell: (operation) => operation.kind },
            { title: 'phase', cell: (operation) => operation.phase },
            { title: 'outcome', cell: (operation) => operation.outcome },
            { title: 'bytes', cell: (operation) => formatBytes(operation.progress.bytesDone), align: 'right' },
            { title: 'started', cell: (operation) => formatTime(operation.startedAt) },
            { title: 'finished', cell: (operation) => formatTime(operation.finishedAt) },
            { title: 'waits', cell: (operation) => formatQueuePlace(operation.queue as QueuePlaceFieldsFragment | null) },
            { title: 'error', cell: (operation) => operation.error?.code },
          ],
          rows,
        );
      }),
    );

  operations
    .command('get <operation>')
    .description('one operation with its steps')
    .action((id: string, _options, command: Command) => withContext(command, (context) => showOperation(context, id)));

  operations
    .command('wait <operation>')
    .description('show its progress until it has ended')
    .action((id: string, _options, command: Command) =>
      withContext(command, async (context) => {
        await waitForOperation(context, id, 'operation');
        await showOperation(context, id);
      }),
    );

  addOperationLogsCommand(operations);

  operations
    .command('cancel <operation>')
    .description('cancel it; what it made is undone')
    .action((id: string, _options, command: Command) =>
      withContext(command, async (context) => {
        await context.client.request(CancelOperationDocument, { input: { operationId: id } }, context);
        await showOperation(context, id);
      }),
    );

  operations
    .command('retry <operation>')
    .description('do a failed or cancelled one again, from the step that failed where that can be')
    .addOption(new Option('--from <start>', 'only from the failed step, or everything again').choices(['failed-step', 'start']))
    .action((id: string, options: { from?: string }, command: Command) =>
      withContext(command, async (context) => {
        const from = options.from === undefined ? null : options.from === 'start' ? 'START' : 'FAILED_STEP';
        const { retryOperation } = await context.client.request(RetryOperationDocument, { input: { operationId: id, from } }, context);
        await showOperation(context, retryOperation.operation.id);
      }),
    );
}

async function showOperation(context: CommandContext, id: string): Promise<void> {
  const { operation } = await context.client.request(OperationDocument, { id }, context);
  if (operation === null || operation === undefined) throw new CliError(`there is no operation ${id}`);
  context.one(operation, [
    ['id', operation.id],
    ['kind', operation.kind],
    ['phase', operation.phase],
    ['outcome', operation.outcome],
    ['waits', formatQueuePlace(operation.queue as QueuePlaceFieldsFragment | null)],
    ['subject', operation.subjectId],
    ['cause', `${operation.cause.kind} ${operation.cause.name}`],
    ['bytes', formatBytes(operation.progress.bytesDone)],
    ['started', formatTime(operation.startedAt)],
    ['finished', formatTime(operation.finishedAt)],
    ['error', operation.error && `${operation.error.code}: ${operation.error.message}`],
    ...operation.steps.map((step) => [`step ${step.name}`, `${step.phase}${step.attempts > 1 ? ` (${step.attempts} attempts)` : ''}${step.error ? `: ${step.error.message}` : ''}`] as const),
  ]);
}
