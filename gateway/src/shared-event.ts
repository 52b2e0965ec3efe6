import type { SiteReportEntry } from '@ocopea/partition';
import type { GraphQLError } from 'graphql';
import type { GraphResult } from './graph-request.js';

/** Stands for the cursor while an event is completed: the cursor is the client's, all the rest is the same for all. */
export const CURSOR_MARK = '(cursor)';

/** An event that was completed for all clients that ask the same; each gets it with its own cursor. */
export class SharedEvent {
  #latest: { readonly cursor: string | undefined; readonly result: GraphResult } | undefined;

  constructor(
    private readonly completed: {
      readonly data: Record<string, unknown> | null;
      readonly errors: readonly GraphQLError[] | undefined;
      readonly sites: readonly SiteReportEntry[];
    },
  ) {}

  /**
   * The same object for clients with the same cursor, who are nearly all of a shared stream: what is made of it is made once.
   *
   * @param missing - Sites whose events are missing now
   */
  resultFor(cursor: string | undefined, missing: readonly SiteReportEntry[]): GraphResult {
    if (missing.length > 0) return this.#result(cursor, missing);
    if (this.#latest?.cursor !== cursor || !this.#latest) this.#latest = { cursor, result: this.#result(cursor, missing) };
    return this.#latest.result;
  }

  #result(cursor: string | undefined, missing: readonly SiteReportEntry[]): GraphResult {
    const { data, errors } = this.completed;
    const gone = new Set(missing.map(({ id }) => id));
    const sites = [...this.completed.sites.filter(({ id }) => !gone.has(id)), ...missing].sort((a, b) => (a.id < b.id ? -1 : 1));
    return {
      data: data && Object.fromEntries(Object.entries(data).map(([key, event]) => [key, withCursor(event, cursor)])),
      ...(errors ? { errors } : {}),
      ...(sites.length > 0 ? { extensions: { sites } } : {}),
    };
  }
}

function withCursor(event: unknown, cursor: string | undefined): unknown {
  if (typeof event !== 'object' || event === null) return event;
  const entries = Object.entries(event);
  if (!entries.some(([, value]) => value === CURSOR_MARK)) return event;
  return Object.fromEntries(entries.map(([key, value]) => [key, value === CURSOR_MARK ? cursor : value]));
}
