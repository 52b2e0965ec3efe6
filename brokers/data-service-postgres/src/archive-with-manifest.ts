import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** Two blocks of zeroes end a tar archive. */
const trailerBytes = 1024;
/** Name of PostgreSQL's own, so that an unpacked copy is a base backup that `pg_verifybackup` takes. */
export const manifestName = 'backup_manifest';

/** Makes one tar of the archive of a base backup and what follows it: its manifest, which the server sends after the archive has ended. */
export class ArchiveWithManifest {
  private held: Buffer = Buffer.alloc(0);

  /** @param write takes the bytes before it returns: their memory is used again */
  constructor(private readonly write: (bytes: Buffer) => void) {}

  /** A piece of the archive. The end is held back, since it would be the end of the whole. */
  push(piece: Buffer): void {
    if (piece.length >= trailerBytes) {
      this.write(this.held);
      this.write(piece.subarray(0, -trailerBytes));
      this.held = Buffer.from(piece.subarray(-trailerBytes));
    } else {
      const both = Buffer.concat([this.held, piece]);
      const kept = Math.min(trailerBytes, both.length);
      this.write(both.subarray(0, both.length - kept));
      this.held = both.subarray(both.length - kept);
    }
  }

  /** The archive has ended: gives what was held back, but for the end of the whole. */
  endArchive(): void {
    // Servers before 15 sent archives without an end; should one do so again, what is held is content.
    const isTrailer = this.held.length === trailerBytes && this.held.every((byte) => byte === 0);
    if (!isTrailer) this.write(this.held);
  }
}

/** The manifest as the last entry of the tar, and the end of the whole. */
export async function manifestEntry(manifest: Buffer): Promise<Buffer> {
  const entry = pack();
  entry.entry({ name: manifestName, mode: 0o600 }, manifest);
  entry.finalize();
  return buffer(entry);
}
