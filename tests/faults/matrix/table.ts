import { idOf, type Cell } from './cell.js';
import type { Ledger } from './ledger.js';
import { inWords } from './verdict.js';

/** The matrix as Markdown: a table for each kind of fault, `?` for what has not been run. */
export function formatTables(cells: readonly Cell[], ledger: Ledger): string {
  return unique(cells.map(({ table }) => table))
    .map((table) => {
      const inside = cells.filter((cell) => cell.table === table);
      const columns = unique(inside.map(({ column }) => column));
      const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
      const rows = unique(inside.map(({ row }) => row)).map((row) =>
        line([row, ...columns.map((column) => (inside.some((cell) => cell.row === row && cell.column === column) ? said(ledger, idOf({ table, row, column })) : ''))]),
      );
      return [`## ${table[0]!.toUpperCase()}${table.slice(1)}`, '', line(['', ...columns]), line(['---', ...columns.map(() => '---')]), ...rows, ''].join('\n');
    })
    .join('\n');
}

function said(ledger: Ledger, id: string): string {
  const verdict = ledger.get(id);
  return verdict === undefined ? '?' : inWords(verdict);
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
