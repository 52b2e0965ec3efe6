import { invalidId, parseId } from '@ocopea/graph';

const SEQ_BITS = 62n;
const VERSION_7 = 0x7n << 12n;
const VARIANT = 0b10n << SEQ_BITS;

/**
 * The id of a journal entry, `<owner>.event.<uuidv7>`: its time and its `seq` in the form of a UUID, so that ids sort as
 * the entries do, and nothing more needs to be kept.
 */
export function eventId(ownerId: string, at: Date, seq: number): string {
  const high = (BigInt(at.getTime()) << 16n) | VERSION_7;
  const low = VARIANT | BigInt(seq);
  const hex = ((high << 64n) | low).toString(16).padStart(32, '0');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return `${ownerId}.event.${uuid}`;
}

/** The `seq` in an {@link eventId}, also of another owner's. @throws INVALID_ID */
export function seqOfEventId(id: string): number {
  const { uuid } = parseId(id);
  const low = BigInt(`0x${uuid.replaceAll('-', '').slice(16)}`);
  const seq = Number(low & ((1n << SEQ_BITS) - 1n));
  if (!Number.isSafeInteger(seq)) throw invalidId(id);
  return seq;
}
