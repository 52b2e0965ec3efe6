import type { Command } from 'commander';
import {
  CopiesDocument,
  CopyDocument,
  CreateCopyDocument,
  DeleteCopyDocument,
  RepairCopyDocument,
  RestoreCopyAtDocument,
  SendCopyDocument,
  UpdateCopyDocument,
  VerifyCopyDocument,
  AppInstanceDocument,
  type Consistency,
  type CopyFieldsFragment,
  type CopyOrderField,
  type OperationFieldsFragment,
  type UpdateCopyInput,
} from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { formatBytes, formatTime } from '../output/units.js';
import { withContext, type CommandContext } from './command-context.js';
import { addCopyFilterOptions, copyFilter, parseConsistency, parseExpiry, type CopyFilterFlags } from './copy-filter.js';
import { addCopyHistoryCommand } from './copy-history.js';
import { findAppInstanceId } from './find-app-instance.js';
import { limitOption, listAll } from './list-all.js';
import { findRepositoryId } from './find-repository.js';
import { finish } from './wait-for-operation.js';

/** `ocopea copies`: the copies of all Sites; taking, restoring, verifying and deleting one. */
export function addCopiesCommand(program: Command): void {
  const copies = program.command('copies').description('the copies of all Sites, newest first');

  addCopyFilterOptions(copies.command('list', { isDefault: true }))
    .description('the copies of all Sites, newest first')
    .option('--site <site...>', 'only at these Sites')
    .addOption(limitOption(1_000))
    .action((options: CopyFilterFlags & { site?: string[]; order?: string; limit: number }, command: Command) =>
      withContext(command, async (context) => {
        const variables = {
          filter: copyFilter(options),
          orderBy: options.order === undefined ? null : { field: options.order.toUpperCase() as CopyOrderField },
          sites: options.site ?? null,
        };
        const rows = await listAll<CopyFieldsFragment>(context, options.limit, async (first, after) => {
          const answer = await context.client.ask(CopiesDocument, { first, after: after ?? null, ...variables }, context);
          return { ...answer, data: answer.data.copies };
        });
        context.rows(
          [
            { title: 'id', cell: (copy) => copy.id },
            { title: 'application', cell: (copy) => copy.appInstanceName },
            { title: 'site', cell: (copy) => copy.site.id },
            { title: 'phase', cell: (copy) => copy.phase },
            { title: 'outcome', cell: (copy) => copy.outcome },
            { title: 'consistency', cell: (copy) => copy.consistency },
            { title: 'size', cell: (copy) => formatBytes(copy.bytes), align: 'right' },
            { title: 'stored', cell: (copy) => formatBytes(copy.storedBytes), align: 'right' },
            { title: 'taken', cell: (copy) => formatTime(copy.takenAt) },
            { title: 'verified', cell: (copy) => formatTime(copy.verifiedAt) },
            { title: 'labels', cell: formatLabels },
          ],
          rows,
        );
      }),
    );

  copies
    .command('get <copy>')
    .description('one copy with its parts and lineage')
    .action((id: string, _options, command: Command) => withContext(command, (context) => showCopy(context, id)));

  copies
    .command('create <app>')
    .description('take a copy of a running application, by name or id')
    .option('--wait', 'until it is taken and verified, with a progress bar')
    .option('--consistency <kind>', 'CRASH or APPLICATION', parseConsistency)
    .option('--format <format...>', 'DATA_SERVICE=FORMAT in place of the one that its plan prefers: db=postgres-logical')
    .option('--label <label...>', 'KEY=VALUE')
    .option('--notes <text>', 'what to say of it')
    .option('--expires <time>', 'when nobody needs it any more: a time, or 12h, 30d, 8w from now', parseExpiry)
    .action((app: string, options: { wait?: boolean; consistency?: Consistency; format?: string[]; label?: string[]; notes?: string; expires?: string | null }, command: Command) =>
      withContext(command, async (context) => {
        const appInstanceId = await findAppInstanceId(context, app);
        const input = {
          appInstanceId,
          labels: parseLabels(options.label ?? []).setLabels,
          notes: options.notes ?? null,
          expiresAt: options.expires ?? null,
          ...(options.consistency && { consistency: options.consistency }),
          ...(options.format && { formats: options.format.map(parseFormat) }),
        };
        const { createCopy } = await context.client.request(CreateCopyDocument, { input }, context);
        await finish(context, createCopy.operation, options, `copy ${app}`);
        await showCopy(context, createCopy.operation.subjectId!);
      }),
    );

  copies
    .command('label <copy> <labels...>')
    .description('set labels with KEY=VALUE, remove them with KEY-')
    .action((copyId: string, labels: string[], _options, command: Command) =>
      withContext(command, (context) => changeCopy(context, { copyId, ...parseLabels(labels) })),
    );

  copies
    .command('note <copy> [text]')
    .description('say something of a copy; without a text, remove what was said')
    .action((copyId: string, text: string | undefined, _options, command: Command) =>
      withContext(command, (context) => changeCopy(context, { copyId, notes: text ?? null })),
    );

  copies
    .command('expire <copy> <time>')
    .description('when nobody needs it any more: a time, or 12h, 30d, 8w from now, or "never"')
    .action((copyId: string, time: string, _options, command: Command) =>
      withContext(command, (context) => changeCopy(context, { copyId, expiresAt: parseExpiry(time) })),
    );

  addCopyHistoryCommand(copies);

  copies
    .command('restore <copy>')
    .description('bring a copy up as a new application at a Site')
    .requiredOption('--site <site>', 'where')
    .requiredOption('--name <name>', 'under which name')
    .option('--wait', 'until it runs, with a progress bar')
    .action((copyId: string, options: { site: string; name: string; wait?: boolean }, command: Command) =>
      withContext(command, async (context) => {
        const { restoreCopyAt } = await context.client.request(RestoreCopyAtDocument, { input: { copyId, siteId: options.site, name: options.name } }, context);
        const ended = await finish(context, restoreCopyAt.operation, options, `restore ${options.name}`);
        if (options.wait !== true || ended.subjectId === null || ended.subjectId === undefined) {
          showOperation(context, ended);
          return;
        }
        const { appInstance } = await context.client.request(AppInstanceDocument, { id: ended.subjectId }, context);
        if (appInstance === null || appInstance === undefined) throw new CliError(`${options.name} was restored, but is gone again`);
        context.one(appInstance, [
          ['id', appInstance.id],
          ['name', appInstance.name],
          ['site', appInstance.site.id],
          ['phase', appInstance.phase],
          ['address', appInstance.entryPointUrl],
        ]);
      }),
    );

  copies
    .command('send <copy>')
    .description('send a copy to another Site, and keep it here too')
    .requiredOption('--site <site>', 'where to')
    .option('--repository <name>', 'which of its repositories; needed where it has several')
    .option('--wait', 'until it has arrived, with a progress bar')
    .action((copyId: string, options: { site: string; repository?: string; wait?: boolean }, command: Command) =>
      withContext(command, async (context) => {
        const repositoryId = await findRepositoryId(context, options.site, options.repository);
        const { sendCopy } = await context.client.request(SendCopyDocument, { input: { copyId, repositoryId } }, context);
        showOperation(context, await finish(context, sendCopy.operation, options, 'send'));
      }),
    );

  copies
    .command('verify <copy>')
    .description('read a copy again and check every byte')
    .option('--wait', 'until it is done, with a progress bar')
    .option('--sample <percent>', 'only so much of each part, 1 to 50', Number)
    .action((copyId: string, options: { wait?: boolean; sample?: number }, command: Command) =>
      withContext(command, async (context) => {
        const input = { copyId, ...(options.sample !== undefined && { method: 'SAMPLED' as const, samplePercent: options.sample }) };
        const { verifyCopy } = await context.client.request(VerifyCopyDocument, { input }, context);
        showOperation(context, await finish(context, verifyCopy.operation, options, 'verify'));
      }),
    );

  copies
    .command('repair <copy>')
    .description('verify a copy, and have what is damaged sent from another Site that has the same content')
    .option('--from <copy>', 'a whole copy at another Site; without it, one that this was sent from or to')
    .option('--wait', 'until it is done, with a progress bar')
    .action((copyId: string, options: { from?: string; wait?: boolean }, command: Command) =>
      withContext(command, async (context) => {
        const { repairCopy } = await context.client.request(RepairCopyDocument, { input: { copyId, fromCopyId: options.from } }, context);
        showOperation(context, await finish(context, repairCopy.operation, options, 'repair'));
      }),
    );

  copies
    .command('delete <copy>')
    .description('delete a copy and free its space')
    .option('--wait', 'until it is done')
    .option('--even-if-depended-on', 'also when an application that was restored from it has no copy of its own')
    .action((copyId: string, options: { wait?: boolean; evenIfDependedOn?: boolean }, command: Command) =>
      withContext(command, async (context) => {
        const input = { copyId, evenIfDependedOn: options.evenIfDependedOn === true };
        const { deleteCopy } = await context.client.request(DeleteCopyDocument, { input }, context);
        showOperation(context, await finish(context, deleteCopy.operation, options, 'delete'));
      }),
    );
}

/** `KEY=VALUE` sets, `KEY-` removes. @throws CliError */
function parseLabels(labels: readonly string[]): { setLabels: { key: string; value: string }[]; removeLabels: string[] } {
  const setLabels: { key: string; value: string }[] = [];
  const removeLabels: string[] = [];
  for (const label of labels) {
    const parted = label.indexOf('=');
    if (parted > 0) setLabels.push({ key: label.slice(0, parted), value: label.slice(parted + 1) });
    else if (label.endsWith('-') && label.length > 1) removeLabels.push(label.slice(0, -1));
    else throw new CliError(`"${label}" is no label: write KEY=VALUE, or KEY- to remove it`);
  }
  return { setLabels, removeLabels };
}

/** @throws CliError */
function parseFormat(text: string): { dataService: string; format: string } {
  const parted = text.indexOf('=');
  if (parted < 1 || parted === text.length - 1) throw new CliError(`"${text}" names no format: write DATA_SERVICE=FORMAT, for example db=postgres-logical`, 2);
  return { dataService: text.slice(0, parted), format: text.slice(parted + 1) };
}

function formatLabels({ labels }: Pick<CopyFieldsFragment, 'labels'>): string {
  return labels.map(({ key, value }) => `${key}=${value}`).join(' ');
}

async function changeCopy(context: CommandContext, input: UpdateCopyInput): Promise<void> {
  await context.client.request(UpdateCopyDocument, { input }, context);
  await showCopy(context, String(input.copyId));
}

async function showCopy(context: CommandContext, id: string): Promise<void> {
  const { copy } = await context.client.request(CopyDocument, { id }, context);
  if (copy === null || copy === undefined) throw new CliError(`there is no copy ${id}`);
  context.one(copy, [
    ['id', copy.id],
    ['application', copy.appInstanceName],
    ['site', copy.site.id],
    ['phase', copy.phase],
    ['outcome', copy.outcome],
    ['usable', copy.usable ? 'yes' : 'no'],
    ['consistency', copy.consistencyAsked === null || copy.consistencyAsked === copy.consistency ? copy.consistency : `${copy.consistency}, ${copy.consistencyAsked} was asked for`],
    ['hooks', copy.hooksAttempted === 0 ? null : `${copy.hooksAttempted} attempted, ${copy.hooksFailed} failed`],
    ['size', formatBytes(copy.bytes)],
    ['stored', formatBytes(copy.storedBytes)],
    ['alone', formatBytes(copy.uniqueBytes)],
    ['taken', formatTime(copy.takenAt)],
    ['verified', formatTime(copy.verifiedAt)],
    ['expires', formatTime(copy.expiresAt)],
    ['kept because', copy.expiryHeldBy],
    ['labels', formatLabels(copy)],
    ['notes', copy.notes],
    ['error', copy.error?.message],
    ...copy.parts.map((part) => [`part ${part.dataService}`, `${part.format}, ${formatBytes(part.logicalBytes)}, ${part.hash ?? 'no hash yet'}`] as const),
    ...copy.hookRuns.slice(-20).map(({ hook, service, outcome, problem, startedAt }) => [`hook ${hook}`, `${formatTime(startedAt)} in ${service} ${outcome}${problem ? `: ${problem}` : ''}`] as const),
    ['sent from', copy.lineage.originCopyId],
    ...copy.lineage.receipts.map(
      ({ sourcePartId, bytesSent, logicalBytes, receivedAt }) => ['receipt', `of ${sourcePartId}, ${formatBytes(bytesSent)} sent of ${formatBytes(logicalBytes)}, ${formatTime(receivedAt)}`] as const,
    ),
    ...copy.lineage.sentReceipts.map(
      ({ targetCopyId, bytesSent, logicalBytes, receivedAt }) => ['sent', `to ${targetCopyId}, ${formatBytes(bytesSent)} of ${formatBytes(logicalBytes)}, ${formatTime(receivedAt)}`] as const,
    ),
    ['needed by', copy.lineage.dependents.map(({ name }) => name).join(', ')],
    ...copy.verifications.slice(0, 5).map(
      ({ finishedAt, method, outcome, bytesRead, problem, cause }) =>
        ['looked at', `${formatTime(finishedAt)} ${method} ${outcome} ${formatBytes(bytesRead)} for ${cause.kind} ${cause.name}${problem ? `: ${problem}` : ''}`] as const,
    ),
  ]);
}

function showOperation(context: CommandContext, operation: OperationFieldsFragment): void {
  context.one(operation, [
    ['operation', operation.id],
    ['phase', operation.phase],
    ['outcome', operation.outcome],
  ]);
}
