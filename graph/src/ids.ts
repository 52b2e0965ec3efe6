import { v7 as uuidv7 } from 'uuid';
import { invalidId, wrongIdKind } from './errors/id-errors.js';

/** Every kind of thing that has a global id, as it stands in the middle of the id. */
export const idKinds = [
  'app',
  'app-service',
  'data-service',
  'broker',
  'repository',
  'copy',
  'copy-part',
  'operation',
  'event',
] as const;
export type IdKind = (typeof idKinds)[number];

/** The owner part of ids that belong to the Hub; no Site may be called so. */
export const hubOwnerId = 'hub';

/** A global id, taken apart. */
export interface ParsedId {
  /** The id as it was given. */
  readonly text: string;
  /** The Site that owns the thing, or {@link hubOwnerId}. */
  readonly owner: string;
  readonly kind: IdKind;
  readonly uuid: string;
}

/**
 * A new global id `<owner>.<kind>.<uuidv7>`. Ids of one owner made later sort later, to the millisecond.
 *
 * @throws INVALID_ID when `ownerId` is neither a site id nor {@link hubOwnerId}
 */
export function newId(ownerId: string, kind: IdKind): string {
  if (!isOwnerId(ownerId)) throw invalidId(ownerId, 'a site id (a DNS label)');
  return `${ownerId}.${kind}.${uuidv7()}`;
}

/** @throws INVALID_ID */
export function parseId(text: string): ParsedId {
  const parsed = tryParseId(text);
  if (parsed === undefined) throw invalidId(text);
  return parsed;
}

/**
 * Parses an id that must name a thing of one kind.
 *
 * @throws INVALID_ID
 * @throws WRONG_ID_KIND
 */
export function requireId(text: string, kind: IdKind): ParsedId {
  const parsed = parseId(text);
  if (parsed.kind !== kind) throw wrongIdKind(text, parsed.kind, kind);
  return parsed;
}

/**
 * The Site (or {@link hubOwnerId}) that owns what an id names. A site id names the Site itself, which owns itself.
 *
 * @throws INVALID_ID
 */
export function ownerOf(text: string): string {
  return isOwnerId(text) ? text : parseId(text).owner;
}

/** True for a lower-case DNS label that a Site may have as its id. */
export function isSiteId(text: string): boolean {
  return text !== hubOwnerId && isOwnerId(text);
}

// One canonical spelling, lower case, so that no two texts name the same thing.
const dnsLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const kinds: ReadonlySet<string> = new Set(idKinds);

function isOwnerId(text: string): boolean {
  return dnsLabel.test(text);
}

function tryParseId(text: string): ParsedId | undefined {
  const [owner, kind, unique, ...rest] = text.split('.', 4);
  if (owner === undefined || kind === undefined || unique === undefined || rest.length > 0) return undefined;
  if (!isOwnerId(owner) || !kinds.has(kind) || !uuid.test(unique)) return undefined;
  return { text, owner, kind: kind as IdKind, uuid: unique };
}
