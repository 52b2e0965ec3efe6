import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { DataState, DumpSection, notADump, type DumpEntry, type DumpHead } from './dump-head.js';
import type { RoleNaming } from './rename-roles.js';
import { quoted, sqlPieces } from './sql-words.js';

/** Names of roles in copies, whatever they are called on the server: the owner's, and those of the further ones. */
export const copiedOwner = 'app_owner';

/** A role besides the owner and the bindings': it cannot log in, and the owner may act as it. */
export interface FurtherRole {
  /** As it is in copies. */
  readonly name: string;
  /** Further roles that it is a member of. */
  readonly memberOf: readonly string[];
}

const roleKind = 'ROLE';
const membershipKind = 'ROLE MEMBERSHIP';

/** Adds the roles to an archive as its first entries, so that `pg_restore` by hand makes them too. No attribute, no password. */
export function withRoles(head: DumpHead, roles: readonly FurtherRole[]): DumpHead {
  let dumpId = Math.max(0, ...head.entries.map((entry) => entry.dumpId));
  const entry = (kind: string, tag: string, definition: string): DumpEntry => ({
    dumpId: ++dumpId,
    hasData: false,
    tableOid: '0',
    oid: '0',
    tag,
    kind,
    section: DumpSection.PreData,
    definition,
    dropStatement: '',
    copyStatement: '',
    namespace: '',
    tablespace: '',
    tableAccessMethod: '',
    relationKind: 0,
    owner: '',
    withOids: 'false',
    dependencies: [],
    dataState: DataState.NoData,
  });
  const made = [{ name: copiedOwner, memberOf: roles.map(({ name }) => name) }, ...roles].map(({ name, memberOf }) => ({ name: latin1(name), memberOf: memberOf.map(latin1) }));
  return {
    ...head,
    entries: [
      ...made.map(({ name }) => entry(roleKind, name, `CREATE ROLE ${quoted(name)} NOLOGIN;\n`)),
      ...made.flatMap(({ name, memberOf }) => memberOf.map((group) => entry(membershipKind, `${group} ${name}`, `GRANT ${quoted(group)} TO ${quoted(name)};\n`))),
      ...head.entries,
    ],
  };
}

/**
 * Takes the roles out of an archive again. They are made by the broker, not by what the archive says.
 * @throws CORRUPT_DATA
 */
export function takeRoles(head: DumpHead): { readonly head: DumpHead; readonly roles: readonly FurtherRole[] } {
  const names = head.entries.filter(({ kind }) => kind === roleKind).map(({ tag }) => utf8(tag ?? ''));
  const memberships = head.entries.filter(({ kind }) => kind === membershipKind).map(membership);
  const known = new Set(names);
  if (memberships.some(({ group, member }) => !known.has(group) || !known.has(member))) throw notADump('a role is a member of one that is not in it');
  const roles = names
    .filter((name) => name !== copiedOwner)
    .map((name) => ({ name, memberOf: memberships.filter(({ group, member }) => member === name && group !== copiedOwner).map(({ group }) => group) }));
  return { head: { ...head, entries: head.entries.filter(({ kind }) => kind !== roleKind && kind !== membershipKind) }, roles };
}

/** Leaves out what is said of the database as a whole: its name, its owner, who may connect. Where it is restored it has others. */
export function withoutDatabase(entries: readonly DumpEntry[]): readonly DumpEntry[] {
  return entries.filter(({ kind, tag }) => kind !== 'DATABASE' && kind !== 'DATABASE PROPERTIES' && !(tag ?? '').startsWith('DATABASE '));
}

/** Naming by a table of UTF-8 names. Roles that every server has keep their names. */
export function namingBy(names: ReadonlyMap<string, string>): RoleNaming {
  return (role) => {
    if (role.startsWith('pg_')) return role;
    const name = names.get(utf8(role));
    return name === undefined ? undefined : latin1(name);
  };
}

/** @throws NOT_SUPPORTED a name would be longer than names can be */
export function checkedRoleName(name: string, inCopy: string): string {
  if (Buffer.byteLength(name) <= 63) return name;
  throw new BrokerError(BrokerErrorCode.NotSupported, `role "${inCopy}" of the copy would have a name of more than 63 bytes here; give it a shorter one and copy again`);
}

function membership({ definition }: DumpEntry): { readonly group: string; readonly member: string } {
  const [, group, , member] = sqlPieces(definition ?? '').flatMap((piece) => (piece.kind === 'word' ? [piece.name] : []));
  if (group === undefined || member === undefined) throw notADump('a role in it is incomplete');
  return { group: utf8(group), member: utf8(member) };
}

export function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
