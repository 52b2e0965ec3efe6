import { InvalidArgumentError, type Command } from 'commander';
import { CopyRepositoryFiguresDocument, SetRepositoryLimitsDocument, type CopyRepositoryFiguresQuery, type SetRepositoryLimitsInput } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { formatBytes, parseBytes } from '../output/units.js';
import { withContext } from './command-context.js';
import { findRepositoryId } from './find-repository.js';

type Repository = NonNullable<CopyRepositoryFiguresQuery['copyRepositories']>[number];

/** `ocopea repositories`: the places for copies, and what keeps each from taking all there is. */
export function addRepositoriesCommand(program: Command): void {
  const repositories = program.command('repositories').description('the copy repositories of all Sites, and their limits');

  repositories
    .command('list', { isDefault: true })
    .description('the copy repositories of all Sites, and their limits')
    .action((_options, command: Command) =>
      withContext(command, async (context) => {
        const { data } = await context.client.ask(CopyRepositoryFiguresDocument, {}, context);
        context.rows<Repository>(
          [
            { title: 'id', cell: ({ id }) => id },
            { title: 'name', cell: ({ name }) => name },
            { title: 'site', cell: ({ site }) => site.id },
            { title: 'broker', cell: ({ broker }) => broker?.name },
            { title: 'parts', cell: ({ partCount }) => partCount, align: 'right' },
            { title: 'used', cell: ({ usedBytes }) => formatBytes(usedBytes), align: 'right' },
            { title: 'free', cell: ({ availableBytes }) => formatBytes(availableBytes), align: 'right' },
            { title: 'read', cell: ({ limits }) => formatRate(limits.readBytesPerSecond), align: 'right' },
            { title: 'write', cell: ({ limits }) => formatRate(limits.writeBytesPerSecond), align: 'right' },
            { title: 'operations', cell: ({ limits }) => limits.operations, align: 'right' },
          ],
          data.copyRepositories ?? [],
        );
      }),
    );

  repositories
    .command('limit')
    .description('limit a copy repository, from now on and for work under way')
    .requiredOption('--site <site>', 'at which Site')
    .option('--repository <name>', 'which of its repositories; needed where it has several')
    .option('--read <rate>', 'bytes that are read in a second, 64 kB or more: 20MB; none for no limit', parseRate)
    .option('--write <rate>', 'bytes that are written in a second', parseRate)
    .option('--operations <number>', 'operations side by side; default for as many as the Site allows in each', parseOperations)
    .action((options: { site: string; repository?: string; read?: number | 'none'; write?: number | 'none'; operations?: number | 'default' }, command: Command) =>
      withContext(command, async (context) => {
        const { read, write, operations } = options;
        if (read === undefined && write === undefined && operations === undefined) throw new CliError('no limit is given; use --read, --write or --operations', 2);
        const repositoryId = await findRepositoryId(context, options.site, options.repository);
        const input: SetRepositoryLimitsInput = {
          repositoryId,
          ...(read !== undefined && { readBytesPerSecond: read === 'none' ? null : read }),
          ...(write !== undefined && { writeBytesPerSecond: write === 'none' ? null : write }),
          ...(operations !== undefined && { operations: operations === 'default' ? null : operations }),
        };
        const { setRepositoryLimits } = await context.client.request(SetRepositoryLimitsDocument, { input }, context);
        const { id, name, limits } = setRepositoryLimits.copyRepository;
        context.one(setRepositoryLimits.copyRepository, [
          ['id', id],
          ['name', name],
          ['read', formatRate(limits.readBytesPerSecond) ?? 'no limit'],
          ['write', formatRate(limits.writeBytesPerSecond) ?? 'no limit'],
          ['operations', limits.operations],
        ]);
      }),
    );
}

function formatRate(bytesPerSecond: number | string | null | undefined): string | undefined {
  const bytes = formatBytes(bytesPerSecond);
  return bytes === undefined ? undefined : `${bytes}/s`;
}

function parseRate(text: string): number | 'none' {
  if (text === 'none') return text;
  const rate = parseBytes(text);
  if (rate === undefined) throw new InvalidArgumentError('give bytes in a second, for example 20MB or 1500000, or none');
  return rate;
}

function parseOperations(text: string): number | 'default' {
  if (text === 'default') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a number, or default');
}
