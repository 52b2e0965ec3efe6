import type { DumpEntry } from './dump-head.js';
import { isKeyword, quoted, sqlPieces, type SqlPiece } from './sql-words.js';

/** What a role is called on the other side; undefined: it does not belong to the data service, so nothing may be said of it. */
export type RoleNaming = (role: string) => string | undefined;

export interface RenamedEntries {
  readonly entries: readonly DumpEntry[];
  /** What the renamed entries lack, a sentence each: rights of roles that do not belong to the data service, further roles as owners. */
  readonly leftOut: readonly string[];
}

/**
 * Gives the roles of an archive other names, in each place where `pg_dump` names one: rights, rights of what will be made, policies,
 * user mappings. Rights that a role gave which is not the owner become the owner's to give.
 *
 * @param owner its name on the other side: everything is its own there but what is a role's that each server has. Another role could be
 * made an owner only by a superuser, before it has the right to make something in the schema
 */
export function renameRoles(entries: readonly DumpEntry[], naming: RoleNaming, owner: string): RenamedEntries {
  const leftOut: string[] = [];
  const renamed = entries.flatMap((entry): DumpEntry[] => {
    const named = ownerOf(entry, owner);
    if (ownable.has(entry.kind ?? '') && entry.owner !== named && ![undefined, owner].includes(naming(entry.owner ?? ''))) {
      leftOut.push(`${(entry.kind ?? '').toLowerCase()} ${entry.tag ?? ''} belongs to a role that is not the owner; once restored it is the owner's`);
    }
    const definition = entry.definition === null ? null : renameIn(entry.kind ?? '', entry.definition, naming);
    if (definition !== null && definition.isIncomplete) leftOut.push(`${(entry.kind ?? '').toLowerCase()} of ${entry.tag ?? 'something'} for roles that do not belong to the data service is left out`);
    // An entry whose every statement was about others says nothing any more.
    if (definition !== null && definition.isIncomplete && definition.text.trim() === '') return [];
    return [{ ...entry, owner: named, definition: definition?.text ?? null }];
  });
  return { entries: renamed, leftOut };
}

/** Kinds of which an entry is one thing that somebody owns; the others belong to such a thing. */
const ownable = new Set(['SCHEMA', 'TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE', 'SEQUENCE', 'FUNCTION', 'PROCEDURE', 'AGGREGATE', 'TYPE', 'DOMAIN']);

function ownerOf({ owner: current }: DumpEntry, owner: string): string | null {
  return current === null || current === '' || current.startsWith('pg_') ? current : owner;
}

interface RenamedText {
  readonly text: string;
  /** Something in it was about a role that has no name on the other side. */
  readonly isIncomplete: boolean;
}

const nothing: RenamedText = { text: '', isIncomplete: true };

function renameIn(kind: string, definition: string, naming: RoleNaming): RenamedText {
  switch (kind) {
    case 'ACL':
    case 'DEFAULT ACL':
    case 'POLICY':
    case 'USER MAPPING':
      return renameStatements(kind, definition, naming);
    default:
      return { text: definition, isIncomplete: false };
  }
}

function renameStatements(kind: string, definition: string, naming: RoleNaming): RenamedText {
  const statements = splitStatements(sqlPieces(definition));
  const renamed = statements.map((statement) => (isSessionChange(statement) ? { text: '', isIncomplete: false } : renameStatement(kind, statement, naming)));
  return { text: renamed.map(({ text }) => text).join(''), isIncomplete: renamed.some(({ isIncomplete }) => isIncomplete) };
}

/** Answers nothing when no role is left for which the statement says something. */
function renameStatement(kind: string, statement: readonly SqlPiece[], naming: RoleNaming): RenamedText {
  const places = rolePlaces(kind, statement);
  if (places.length === 0) return { text: join(statement), isIncomplete: false };
  const kept = new Map<number, string>();
  for (const place of places) {
    const piece = statement[place];
    if (piece?.kind !== 'word') continue;
    if (!piece.isQuoted && piece.name === 'public') kept.set(place, piece.text);
    else {
      const name = naming(piece.name);
      if (name !== undefined) kept.set(place, quoted(name));
      // Only a policy has a list of which a part may go.
      else if (kind !== 'POLICY') return nothing;
    }
  }
  if (kept.size === 0) return nothing;
  const first = places[0] as number;
  const last = places.at(-1) as number;
  const isIncomplete = kept.size < places.length;
  if (kind === 'POLICY') return { text: join(statement.slice(0, first)) + [...kept.values()].join(', ') + join(statement.slice(last + 1)), isIncomplete };
  return { text: statement.map((piece, index) => kept.get(index) ?? piece.text).join(''), isIncomplete };
}

/** Where a statement names roles: after TO and FROM, after FOR ROLE, after USER MAPPING FOR. */
function rolePlaces(kind: string, statement: readonly SqlPiece[]): readonly number[] {
  const places: number[] = [];
  let isRole = false;
  let depth = 0;
  let lists = 0;
  for (const [index, piece] of statement.entries()) {
    if (piece.text === '(') depth++;
    if (piece.text === ')') depth--;
    if (depth > 0) continue;
    const begins = kind === 'USER MAPPING' ? isKeyword(piece, 'for') : isKeyword(piece, 'to', 'from') || (isKeyword(piece, 'role', 'user') && isKeyword(before(statement, index), 'for'));
    if (begins && (kind !== 'POLICY' || lists === 0)) {
      isRole = true;
      lists++;
    } else if (isRole && isKeyword(piece, 'with', 'using', 'granted', 'in', 'grant', 'revoke', 'server')) isRole = false;
    else if (isRole && piece.kind === 'word') places.push(index);
  }
  return places;
}

/** The word or sign before a place. */
function before(statement: readonly SqlPiece[], index: number): SqlPiece | undefined {
  return statement.slice(0, index).findLast(({ text }) => text.trim() !== '');
}

/** `pg_dump` gives rights as who gave them; on the other side the owner does. */
function isSessionChange(statement: readonly SqlPiece[]): boolean {
  const [verb, session] = statement.filter(({ kind }) => kind === 'word');
  return isKeyword(verb, 'set', 'reset') && isKeyword(session, 'session');
}

function splitStatements(all: readonly SqlPiece[]): readonly (readonly SqlPiece[])[] {
  const statements: SqlPiece[][] = [[]];
  for (const piece of all) {
    statements.at(-1)?.push(piece);
    if (piece.text === ';') statements.push([]);
  }
  return statements;
}

function join(statement: readonly SqlPiece[]): string {
  return statement.map(({ text }) => text).join('');
}
