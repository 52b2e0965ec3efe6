import { notFound, requireId } from '@ocopea/graph';
import { Arg, Directive, ID, Resolver, Root, Subscription } from 'type-graphql';
import { followLogs, type AppLine } from '../../domain/apps/follow-logs.js';
import type { RequestContext } from '../request-context.js';
import { AppLogLine } from '../types/app-log-line.js';

interface AppLogsArguments {
  readonly appInstanceId: string;
  readonly after?: string | null;
}

@Resolver()
export class AppLogsSubscription {
  @Subscription(() => AppLogLine, {
    description: 'What the app services of an instance write: the kept lines first, then each new one.',
    subscribe: ({ args, context }: { args: AppLogsArguments; context: RequestContext }) => subscribeLogs(context, args),
  })
  @Directive('@oneSite(by: "appInstanceId")')
  appLogs(
    @Root() line: AppLine,
    @Arg('appInstanceId', () => ID, { description: 'Whose lines.' }) _appInstanceId: string,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last line received; lines after it follow.' }) _after?: string | null,
  ): AppLogLine {
    const { cursor, at, appService, text } = line;
    return { cursor, at, appService, text, stream: line.stream === 'out' ? 'OUT' : 'ERR' };
  }
}

async function subscribeLogs({ site, signal }: RequestContext, { appInstanceId, after }: AppLogsArguments): Promise<AsyncIterable<AppLine>> {
  requireId(appInstanceId, 'app');
  const row = await site.database.appInstance.findUnique({
    where: { id: appInstanceId },
    include: { appServices: { orderBy: { position: 'asc' } } },
  });
  if (row === null) throw notFound('app instance', appInstanceId);
  return followLogs(site, row.appServices, after ?? undefined, signal);
}
