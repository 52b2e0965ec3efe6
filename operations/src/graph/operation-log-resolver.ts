import { ConnectionArgs, connectionPage, cursorInvalid, notFound, requireId, toConnection, type Connection, type ConnectionCursor } from '@ocopea/graph';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Resolver, Root, Subscription, type ClassType } from 'type-graphql';
import { decodeLogCursor, encodeLogCursor, type LogLine } from '../log-line.js';
import type { OperationEngine } from '../operation-engine.js';
import type { OperationRecord } from '../operation-record.js';
import type { OperationsGraphBinding } from './graph-binding.js';
import { OperationLogConnection, OperationLogLine } from './operation-log-type.js';
import { OperationType } from './operation-type.js';

interface OperationLogsArgs {
  readonly operationId: string;
  readonly after?: string | null;
}

/** The log of an operation, as a list and as a stream. */
export function createOperationLogResolver<Context extends object>(binding: OperationsGraphBinding<Context>): ClassType {
  const { engineOf } = binding;

  @Resolver(() => OperationType)
  class OperationLogResolver {
    @FieldResolver(() => OperationLogConnection, { description: 'What it said of its work, in order; the last 5,000 lines are kept as long as the operation is.' })
    async logs(
      @Root() { id }: OperationRecord,
      @Ctx() context: Context,
      @Args(() => ConnectionArgs) args: ConnectionArgs,
    ): Promise<Connection<OperationLogLine>> {
      const engine = engineOf(context);
      const page = connectionPage(args, 'seq:ASC');
      const lines = await engine.readLog(id, {
        after: page.after && seqOf(page.after, 'after'),
        before: page.before && seqOf(page.before, 'before'),
        direction: page.direction === 'forward' ? 'ASC' : 'DESC',
        limit: page.limit + 1,
      });
      return toConnection({ page, rows: lines.map(shown), sortKeyOf: ({ cursor }) => decodeLogCursor(cursor), idOf: () => id, count: () => engine.countLog(id) });
    }

    @Subscription(() => OperationLogLine, {
      description: 'What an operation says of its work: the kept lines first, then each new one, up to the last.',
      subscribe: ({ args, context }: { args: OperationLogsArgs; context: Context }) => subscribeLog(engineOf(context), args),
    })
    @Directive('@oneSite(by: "operationId")')
    operationLogs(
      @Root() line: LogLine,
      @Arg('operationId', () => ID, { description: 'Whose lines.' }) _operationId: string,
      @Arg('after', () => String, { nullable: true, description: 'Only lines behind this cursor.' }) _after?: string | null,
    ): OperationLogLine {
      return shown(line);
    }
  }
  return OperationLogResolver;
}

/** @throws INVALID_ID, WRONG_ID_KIND, NOT_FOUND, CURSOR_INVALID */
async function subscribeLog(engine: OperationEngine, { operationId, after }: OperationLogsArgs): Promise<AsyncIterable<LogLine>> {
  requireId(operationId, 'operation');
  const behind = after == null ? 0 : decodeLogCursor(after);
  if ((await engine.find(operationId)) === undefined) throw notFound('operation', operationId);
  return engine.followLog(operationId, { after: behind });
}

function shown({ seq, at, level, step, message, isLast }: LogLine): OperationLogLine {
  return { cursor: encodeLogCursor(seq), at, level, step, message, isLast };
}

/** The place of a cursor, which comes from a client: anything may be in it. */
function seqOf({ sortKey, order }: ConnectionCursor, argument: string): number {
  if (typeof sortKey !== 'number' || !Number.isSafeInteger(sortKey) || sortKey < 0 || sortKey > 2 ** 31 - 1) throw cursorInvalid(argument, order);
  return sortKey;
}
