import type { IncomingMessage } from 'node:http';
import { OcopeaError } from '@ocopea/graph';
import { isLoopback } from './listen.js';

/**
 * Whether a WebSocket comes from a page of another origin: browsers let any page open one, and say which page it was. Programs that are
 * no browsers say nothing.
 *
 * @param allowed - origins that may, beside that of the server itself
 */
export function isForeignPage({ headers }: IncomingMessage, allowed: readonly string[] = []): boolean {
  const { origin } = headers;
  if (origin === undefined || allowed.includes(origin)) return false;
  const url = parsed(origin);
  return url === undefined || url.host !== headers.host?.toLowerCase();
}

/**
 * Whether a request was sent to this machine by a name that is always its own. A page can give a name of its own the address of this
 * machine (DNS rebinding); to a browser both are then one site.
 */
export function isCalledByLoopback({ headers }: IncomingMessage): boolean {
  const name = parsed(`http://${headers.host ?? ''}`)?.hostname;
  return name !== undefined && isLoopback(name.replace(/^\[(.*)\]$/, '$1'));
}

export function foreignName(): OcopeaError {
  return new OcopeaError('FORBIDDEN', 'this process asks for no credential and answers only to names of this machine; call it as 127.0.0.1 or localhost');
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
