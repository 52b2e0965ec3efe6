import { notADump, type DumpHead } from './dump-head.js';

const kinds = { data: 1, largeObjects: 3 };

/** What the next bytes are. */
type Place = 'block' | 'block id' | 'piece' | 'object id' | 'object piece';

/**
 * Follows the data of an archive as it passes: which blocks there are, and whether each has its end. An archive has no end of its
 * own, so this is how one that was cut is told from a whole one.
 *
 * @see pg_backup_custom.c of PostgreSQL: `_StartData`, `_StartLOs`
 */
export class DumpBlocks {
  /** Entries whose block has not come yet. */
  private readonly expected: Set<number>;
  private readonly integer: Buffer;
  private integerFilled = 0;
  /** Bytes of content still to pass. */
  private toSkip = 0;
  private place: Place = 'block';
  private kind = 0;

  constructor({ entries, integerBytes }: Pick<DumpHead, 'entries' | 'integerBytes'>) {
    this.expected = new Set(entries.filter(({ hasData }) => hasData).map(({ dumpId }) => dumpId));
    this.integer = Buffer.alloc(integerBytes + 1);
  }

  /** @throws CORRUPT_DATA something came that no archive has there */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.toSkip > 0) {
        const skipped = Math.min(this.toSkip, bytes.length - at);
        this.toSkip -= skipped;
        at += skipped;
      } else if (this.place === 'block') {
        this.kind = bytes[at++] ?? 0;
        if (this.kind !== kinds.data && this.kind !== kinds.largeObjects) throw notADump('something is in it that is no data');
        this.place = 'block id';
      } else {
        this.integer[this.integerFilled++] = bytes[at++] ?? 0;
        if (this.integerFilled < this.integer.length) continue;
        this.integerFilled = 0;
        this.take(this.integer[0] === 0 ? this.integer.readUInt32LE(1) : -1);
      }
    }
  }

  /** @throws CORRUPT_DATA there is not all that the table of contents lists */
  end(): void {
    if (this.place !== 'block' || this.toSkip > 0) throw notADump('it ends in the middle of its data');
    if (this.expected.size > 0) throw notADump(`it ends before the data of ${this.expected.size} of its entries`);
  }

  private take(value: number): void {
    if (value < 0) throw notADump('a length in it is negative');
    switch (this.place) {
      case 'block id':
        if (!this.expected.delete(value)) throw notADump('data is in it that its table of contents does not list');
        this.place = this.kind === kinds.data ? 'piece' : 'object id';
        return;
      case 'piece':
        this.toSkip = value;
        if (value === 0) this.place = 'block';
        return;
      case 'object id':
        this.place = value === 0 ? 'block' : 'object piece';
        return;
      case 'object piece':
        this.toSkip = value;
        if (value === 0) this.place = 'object id';
        return;
      case 'block':
    }
  }
}
