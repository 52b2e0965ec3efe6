import { InvalidArgumentError, type Command } from 'commander';
import {
  CopiesDocument,
  CopyDocument,
  CreateCopyDocument,
  DeleteCopyDocument,
  RestoreCopyAtDocument,
  VerifyCopyDocument,
  AppInstanceDocument,
  type Consistency,
  type CopyFieldsFragment,
  type OperationFieldsFragment,
} from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { formatBytes, formatTime } from '../output/units.js';
import { withContext, type CommandContext } from './command-context.js';
import { findAppInstanceId } from './find-app-instance.js';
import { limitOption, listAll } from './list-all.js';
import { finish } from './wait-for-operation.js';

/** `ocopea copies`: the copies of all Sites; taking, restoring, verifying and deleting one. */
export function addCopiesCommand(program: Command): void {
  const copies = program.command('copies').description('the copies of all Sites, newest first');

  copies
    .command('list', { isDefault: true })
    .description('the copies of all Sites, newest first')
    .option('--site <site...>', 'only at these Sites')
    .option('--app <app>', 'only of this application, by name or id')
    .addOption(limitOption(1_000))
    .action((options: { site?: string[]; app?: string; limit: number }, command: Command) =>
      withContext(command, async (context) => {
        const filter = options.app === undefined ? null : { appInstanceId: await findAppInstanceId(context, options.app) };
        const rows = await listAll<CopyFieldsFragment>(context, options.limit, async (first, after) => {
          const answer = await context.client.ask(CopiesDocument, { first, after: after ?? null, filter, sites: options.site ?? null }, context);
          return { ...answer, data: answer.data.copies };
        });
        context.rows(
          [
            { title: 'id', cell: (copy) => copy.id },
            { title: 'application', cell: (copy) => copy.appInstanceName },
            { title: 'site', cell: (copy) => copy.site.id },
            { title: 'phase', cell: (copy) => copy.phase },
            { title: 'outcome', cell: (copy) => copy.outcome },
            { title: 'size', cell: (copy) => formatBytes(copy.bytes), align: 'right' },
            { title: 'stored', cell: (copy) => formatBytes(copy.storedBytes), align: 'right' },
            { title: 'taken', cell: (copy) => formatTime(copy.takenAt) },
            { title: 'verified', cell: (copy) => formatTime(copy.verifiedAt) },
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
    .action((app: string, options: { wait?: boolean; consistency?: Consistency }, command: Command) =>
      withContext(command, async (context) => {
        const appInstanceId = await findAppInstanceId(context, app);
        const { createCopy } = await context.client.request(CreateCopyDocument, { input: { appInstanceId, ...(options.consistency && { consistency: options.consistency }) } }, context);
        await finish(context, createCopy.operation, options, `copy ${app}`);
        await showCopy(context, createCopy.operation.subjectId!);
      }),
    );

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
    .command('verify <copy>')
    .description('read a copy again and check every byte')
    .option('--wait', 'until it is done, with a progress bar')
    .action((copyId: string, options: { wait?: boolean }, command: Command) =>
      withContext(command, async (context) => {
        const { verifyCopy } = await context.client.request(VerifyCopyDocument, { input: { copyId } }, context);
        showOperation(context, await finish(context, verifyCopy.operation, options, 'verify'));
      }),
    );

  copies
    .command('delete <copy>')
    .description('delete a copy and free its space')
    .option('--wait', 'until it is done')
    .action((copyId: string, options: { wait?: boolean }, command: Command) =>
      withContext(command, async (context) => {
        const { deleteCopy } = await context.client.request(DeleteCopyDocument, { input: { copyId } }, context);
        showOperation(context, await finish(context, deleteCopy.operation, options, 'delete'));
      }),
    );
}

function parseConsistency(value: string): Consistency {
  const kind = value.toUpperCase();
  if (kind !== 'CRASH' && kind !== 'APPLICATION') throw new InvalidArgumentError('it is CRASH or APPLICATION.');
  return kind;
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
    ['consistency', copy.consistency],
    ['size', formatBytes(copy.bytes)],
    ['stored', formatBytes(copy.storedBytes)],
    ['taken', formatTime(copy.takenAt)],
    ['verified', formatTime(copy.verifiedAt)],
    ['error', copy.error?.message],
    ...copy.parts.map((part) => [`part ${part.dataService}`, `${part.format}, ${formatBytes(part.logicalBytes)}, ${part.hash ?? 'no hash yet'}`] as const),
    ['sent from', copy.lineage.originCopyId],
  ]);
}

function showOperation(context: CommandContext, operation: OperationFieldsFragment): void {
  context.one(operation, [
    ['operation', operation.id],
    ['phase', operation.phase],
    ['outcome', operation.outcome],
  ]);
}
