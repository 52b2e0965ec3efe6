/** One column of a table: a title and the cell's text. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | number | null | undefined;
  /** Figures stand to the right. @default 'left' */
  readonly align?: 'left' | 'right';
}

/** Rows as aligned text, titles in capitals, two spaces between columns. Ends without a line break. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [columns.map((column) => column.title.toUpperCase()), ...rows.map((row) => columns.map((column) => printable(column.cell(row))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  return cells
    .map((line) => line.map((cell, index) => (columns[index]!.align === 'right' ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!))).join('  ').trimEnd())
    .join('\n');
}

/** Names come from other people: a control character in one must not reach the terminal. */
export function printable(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return '-';
  return String(value).replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
