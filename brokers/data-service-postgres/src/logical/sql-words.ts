/** A piece of a statement: the pieces joined are the statement. Latin1, as in {@link DumpEntry}. */
export type SqlPiece =
  | { readonly kind: 'word'; readonly text: string; /** As the server reads it: lower case, or what is within the quotes. */ readonly name: string; readonly isQuoted: boolean }
  | { readonly kind: 'other'; readonly text: string };

const pieces = /"(?:[^"]|"")*"|[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|\$([A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$[\s\S]*?\$\1\$|--[^\n]*|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*|\s+|[\s\S]/g;

/** Takes a statement as `pg_dump` writes them apart. Literals, comments and function bodies are one piece each. */
export function sqlPieces(statement: string): readonly SqlPiece[] {
  return (statement.match(pieces) ?? []).map((text): SqlPiece => {
    if (text.startsWith('"')) return { kind: 'word', text, name: text.slice(1, -1).replaceAll('""', '"'), isQuoted: true };
    if (/^[A-Za-z_\x80-\xff]/.test(text) && !text.endsWith("'")) return { kind: 'word', text, name: text.toLowerCase(), isQuoted: false };
    return { kind: 'other', text };
  });
}

/** Whether a piece is this word of SQL, in lower case. */
export function isKeyword(piece: SqlPiece | undefined, ...names: readonly string[]): boolean {
  return piece?.kind === 'word' && !piece.isQuoted && names.includes(piece.name);
}

/** @example quoted('odd "name"') // '"odd ""name"""' */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
