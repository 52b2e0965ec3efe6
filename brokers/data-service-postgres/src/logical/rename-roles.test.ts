import { describe, expect, it } from 'vitest';
import { DataState, DumpSection, type DumpEntry } from './dump-head.js';
import { renameRoles } from './rename-roles.js';

const entry = (kind: string, definition: string, owner = 'old'): DumpEntry => ({
  dumpId: 1, hasData: false, tableOid: '0', oid: '0', tag: 'thing', kind, section: DumpSection.PreData, definition, dropStatement: '', copyStatement: '', namespace: '', tablespace: '', tableAccessMethod: '', relationKind: 0, owner, withOids: 'false', dependencies: [], dataState: DataState.NoData,
});
const names: Readonly<Record<string, string>> = { old: 'new', reader: 'new reader', 'Odd "one"': 'odd', pg_monitor: 'pg_monitor' };
const rename = (kind: string, definition: string) => {
  const { entries, leftOut } = renameRoles([entry(kind, definition)], (role) => names[role], 'new');
  return { text: entries[0]?.definition, leftOut: leftOut.length };
};

describe('roles are renamed', () => {
  it.each([
    ['ACL', 'GRANT SELECT ON TABLE "old"."reader" TO reader;\n', 'GRANT SELECT ON TABLE "old"."reader" TO "new reader";\n'],
    ['ACL', 'REVOKE ALL ON TABLE public.t FROM "old";\nGRANT ALL ON TABLE public.t TO "Odd ""one""" WITH GRANT OPTION;\n', 'REVOKE ALL ON TABLE public.t FROM "new";\nGRANT ALL ON TABLE public.t TO "odd" WITH GRANT OPTION;\n'],
    ['ACL', 'GRANT SELECT(old,"to") ON TABLE t TO PUBLIC;\n', 'GRANT SELECT(old,"to") ON TABLE t TO PUBLIC;\n'],
    ['ACL', 'GRANT SELECT ON TABLE t TO "public";\n', undefined],
    ['ACL', 'GRANT ALL ON FUNCTION f(old, reader) TO pg_monitor;\n', 'GRANT ALL ON FUNCTION f(old, reader) TO "pg_monitor";\n'],
    ['ACL', 'SET SESSION AUTHORIZATION reader;\nGRANT SELECT ON TABLE t TO old;\nRESET SESSION AUTHORIZATION;\n', '\nGRANT SELECT ON TABLE t TO "new";\n'],
    ['DEFAULT ACL', 'ALTER DEFAULT PRIVILEGES FOR ROLE old IN SCHEMA old GRANT SELECT ON TABLES  TO reader;\n', 'ALTER DEFAULT PRIVILEGES FOR ROLE "new" IN SCHEMA old GRANT SELECT ON TABLES  TO "new reader";\n'],
    ['POLICY', `CREATE POLICY old ON t FOR SELECT TO old, reader USING ((x = 'TO old' OR old = "to"));\n`, `CREATE POLICY old ON t FOR SELECT TO "new", "new reader" USING ((x = 'TO old' OR old = "to"));\n`],
    ['POLICY', `CREATE POLICY p ON t USING ((old IN ( SELECT x FROM reader)));\n`, `CREATE POLICY p ON t USING ((old IN ( SELECT x FROM reader)));\n`],
    ['USER MAPPING', `CREATE USER MAPPING FOR reader SERVER old OPTIONS ("user" 'reader');\n`, `CREATE USER MAPPING FOR "new reader" SERVER old OPTIONS ("user" 'reader');\n`],
    ['FUNCTION', 'CREATE FUNCTION f() AS $$ GRANT SELECT ON TABLE t TO old; $$;\n', 'CREATE FUNCTION f() AS $$ GRANT SELECT ON TABLE t TO old; $$;\n'],
  ])('in an entry %s: %s', (kind, definition, expected) => {
    expect(rename(kind, definition).text).toBe(expected);
  });

  it('and what is about a role without a name on the other side is left out, and said', () => {
    expect(rename('ACL', 'GRANT SELECT ON TABLE t TO stranger;\nGRANT INSERT ON TABLE t TO reader;\n')).toEqual({ text: '\nGRANT INSERT ON TABLE t TO "new reader";\n', leftOut: 1 });
    expect(rename('ACL', 'GRANT SELECT ON TABLE t TO stranger;\n')).toEqual({ text: undefined, leftOut: 1 });
    expect(rename('POLICY', 'CREATE POLICY p ON t TO stranger, reader USING (true);\n')).toEqual({ text: 'CREATE POLICY p ON t TO "new reader" USING (true);\n', leftOut: 1 });
    expect(rename('POLICY', 'CREATE POLICY p ON t TO stranger USING (true);\n')).toEqual({ text: undefined, leftOut: 1 });
    expect(rename('DEFAULT ACL', 'ALTER DEFAULT PRIVILEGES FOR ROLE stranger GRANT SELECT ON TABLES TO reader;\n')).toEqual({ text: undefined, leftOut: 1 });
  });

  it('and everything is owned by the owner, but for what belongs to a role of every server', () => {
    const owners = ['old', 'reader', 'stranger', '', 'pg_database_owner'].map((owner) => entry('TABLE', 'CREATE TABLE t ();', owner));
    const { entries, leftOut } = renameRoles(owners, (role) => names[role], 'new');
    expect(entries.map(({ owner }) => owner)).toEqual(['new', 'new', 'new', '', 'pg_database_owner']);
    expect(leftOut).toEqual(["table thing belongs to a role that is not the owner; once restored it is the owner's"]);
  });
});
