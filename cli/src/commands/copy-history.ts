import { Option, type Command } from 'commander';
import { CopyHistoryDocument, OcopeaRequestError, type CopyHistoryInterval, type CopyHistoryQuery } from '@ocopea/sdk';
import { formatBytes, formatTime } from '../output/units.js';
import { withContext } from './command-context.js';
import { parseTime } from './copy-filter.js';

interface HistoryFlags {
  readonly interval: string;
  readonly from?: string;
  readonly to?: string;
  readonly app?: string;
  readonly byApp?: boolean;
  readonly site?: string[];
}

type Row = NonNullable<CopyHistoryQuery['copyHistory']>[number];

/** `ocopea copies history`: how many copies were taken, and how large they were, over time. */
export function addCopyHistoryCommand(copies: Command): void {
  copies
    .command('history')
    .description('how many copies were taken, interval by interval, those that are gone included')
    .addOption(new Option('--interval <interval>', 'how long a row is').choices(['hour', 'day', 'week', 'month']).default('day'))
    .option('--from <time>', 'from this time on; without it, the last 30 intervals', parseTime)
    .option('--to <time>', 'before this time', parseTime)
    .option('--app <name>', 'only of this application')
    .option('--by-app', 'a row for each application')
    .option('--site <site...>', 'only at these Sites')
    .action((options: HistoryFlags, command: Command) =>
      withContext(command, async (context) => {
        const variables = {
          interval: options.interval.toUpperCase() as CopyHistoryInterval,
          from: options.from ?? null,
          to: options.to ?? null,
          appInstanceName: options.app ?? null,
          byApplication: options.byApp === true,
          sites: options.site ?? null,
        };
        const { data, errors } = await context.client.ask(CopyHistoryDocument, variables, context);
        const [first] = errors;
        if (data.copyHistory == null && first !== undefined) throw new OcopeaRequestError(first.code, first.message);
        for (const { message } of errors) context.note(`warning: ${message}`);
        context.rows<Row>(
          [
            { title: 'from', cell: (row) => formatTime(row.start) },
            { title: 'site', cell: (row) => row.site.id },
            ...(options.byApp === true ? [{ title: 'application', cell: (row: Row) => row.appInstanceName }] : []),
            { title: 'copies', cell: (row) => row.copies, align: 'right' },
            { title: 'failed', cell: (row) => row.failed, align: 'right' },
            { title: 'cancelled', cell: (row) => row.cancelled, align: 'right' },
            { title: 'size', cell: (row) => formatBytes(row.bytes), align: 'right' },
            { title: 'stored', cell: (row) => formatBytes(row.storedBytes), align: 'right' },
          ],
          [...(data.copyHistory ?? [])].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)),
        );
      }),
    );
}
