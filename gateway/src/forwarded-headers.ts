import type { IncomingHttpHeaders } from 'node:http';

/**
 * The headers of a client's request that are sent along with what is asked for it.
 *
 * @param names - in lower case
 * @returns in the order of the names; `undefined` when there are none
 */
export function forwardedHeaders(names: readonly string[] | undefined, headers: IncomingHttpHeaders | undefined): Record<string, string> | undefined {
  if (!names?.length || headers === undefined) return undefined;
  const forwarded: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) forwarded[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return forwarded;
}
