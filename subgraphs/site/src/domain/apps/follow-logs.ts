import type { LogLine } from '@ocopea/broker-contract';
import { cursorInvalid } from '@ocopea/graph';
import type { AppService } from '../../store/generated/client.js';
import type { SiteContext } from '../site-context.js';

/** A line of one of several app services, with the place in all of them. */
export interface AppLine extends LogLine {
  readonly appService: string;
}

/**
 * The lines of several app services as they come: the kept ones first, or those right after a cursor. One line is pulled from
 * each at a time, so a slow reader costs no memory.
 *
 * @throws CURSOR_INVALID
 */
export async function* followLogs(
  site: SiteContext,
  appServices: readonly AppService[],
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<AppLine, void, undefined> {
  const places = after === undefined ? {} : decodePlaces(after);
  const ended = new AbortController();
  const all = AbortSignal.any([signal, ended.signal]);
  const sources = appServices.map((row) => ({ row, lines: openLog(site, row, places[row.name], all)[Symbol.asyncIterator]() }));
  const pending = new Map(sources.map((source) => [source.row.id, pull(source)]));
  try {
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values());
      if (result.done === true) {
        pending.delete(source.row.id);
        continue;
      }
      places[source.row.name] = result.value.cursor;
      yield { ...result.value, appService: source.row.name, cursor: encodePlaces(places) };
      pending.set(source.row.id, pull(source));
    }
  } finally {
    ended.abort();
    // Pulls that are under way end by the signal; how does not matter any more.
    await Promise.allSettled(pending.values());
  }
}

interface LogSource {
  readonly row: AppService;
  readonly lines: AsyncIterator<LogLine>;
}

async function pull(source: LogSource): Promise<{ source: LogSource; result: IteratorResult<LogLine> }> {
  return { source, result: await source.lines.next() };
}

function openLog(site: SiteContext, row: AppService, after: string | undefined, signal: AbortSignal): AsyncIterable<LogLine> {
  const { broker } = site.brokers.paas(row.brokerId);
  return broker.logs({ space: row.space, appServiceId: row.brokerKey, follow: true, ...(after !== undefined && { after }) }, { signal });
}

/** Place in the log of each app service, by its name. */
type Places = Record<string, string>;

function encodePlaces(places: Places): string {
  return Buffer.from(JSON.stringify([1, 'logs', places])).toString('base64url');
}

function decodePlaces(cursor: string): Places {
  try {
    const [version, kind, places] = JSON.parse(Buffer.from(cursor.slice(0, 16_384), 'base64url').toString('utf8')) as [unknown, unknown, object];
    const isWhole = version === 1 && kind === 'logs' && Object.values(places).every((place) => typeof place === 'string');
    if (isWhole) return { ...places } as Places;
  } catch {
    // Said below.
  }
  throw cursorInvalid('after', 'logs');
}
