import type { Command } from 'commander';
import { FollowOperationLogsDocument, OperationLogsDocument, type OperationLogLineFieldsFragment } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { formatTime } from '../output/units.js';
import { withContext } from './command-context.js';
import { limitOption, listAll } from './list-all.js';

/** `ocopea operations logs`: what an operation said of its work, and says. */
export function addOperationLogsCommand(operations: Command): void {
  operations
    .command('logs <operation>')
    .description('what it said of its work, step by step')
    .option('-f, --follow', 'and what it says from now on, until it has ended')
    .addOption(limitOption(5_000))
    .action((id: string, options: { follow?: boolean; limit: number }, command: Command) =>
      withContext(command, async (context) => {
        if (options.follow === true) {
          for await (const { operationLogs } of context.client.subscribe(FollowOperationLogsDocument, { operationId: id }, { signal: context.signal })) {
            const line = operationLogs as OperationLogLineFieldsFragment;
            context.line(line, formatLogLine(line));
            if (line.isLast) break;
          }
          return;
        }
        const lines = await listAll<OperationLogLineFieldsFragment>(context, options.limit, async (first, after) => {
          const answer = await context.client.ask(OperationLogsDocument, { id, first, after: after ?? null }, context);
          if (answer.errors.length === 0 && !answer.data.operation) throw new CliError(`there is no operation ${id}`);
          return { ...answer, data: answer.data.operation?.logs as { pageInfo: { hasNextPage: boolean; endCursor?: string | null }; edges: { node: OperationLogLineFieldsFragment }[] } | undefined };
        });
        for (const line of lines) context.line(line, formatLogLine(line));
      }),
    );
}

/** `2026-11-22 10:00:00Z  WARNING  copy data service db: failed, and is tried again in 0.4 s: …` */
export function formatLogLine({ at, level, step, message }: Pick<OperationLogLineFieldsFragment, 'at' | 'level' | 'step' | 'message'>): string {
  return [formatTime(at), level.padEnd(7), step === null || step === undefined ? message : `${step}: ${message}`].join('  ');
}
