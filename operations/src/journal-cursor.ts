import { cursorInvalid } from '@ocopea/graph';

/** Opaque text for a place in the journal, as subscriptions take it in `after`. */
export function encodeJournalCursor(seq: number): string {
  return Buffer.from(JSON.stringify([1, 'journal', seq])).toString('base64url');
}

/** @throws CURSOR_INVALID */
export function decodeJournalCursor(text: string, argument = 'after'): number {
  const seq = parse(text);
  if (seq === undefined) throw cursorInvalid(argument, 'journal');
  return seq;
}

function parse(text: string): number | undefined {
  if (text.length > 200) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 3 || value[0] !== 1 || value[1] !== 'journal') return undefined;
    const seq: unknown = value[2];
    return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined;
  } catch {
    return undefined;
  }
}
