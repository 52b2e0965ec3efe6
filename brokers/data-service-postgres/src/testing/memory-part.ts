import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteStream, CopySource, CopyTarget } from '@ocopea/broker-contract';

type ByteStreamTarget = Extract<CopyTarget, { protocol: 'byte-stream/1' }>;
type ByteStreamSource = Extract<CopySource, { protocol: 'byte-stream/1' }>;

/** A copy part held in memory, whose taking and giving a test can hold up. */
export class MemoryPart {
  private blocks: Uint8Array[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.blocks);
  }

  /** @param beforeTaking awaited before each block is taken */
  target(beforeTaking: (blocksTaken: number) => Promise<void> | void = () => undefined): ByteStreamTarget {
    return {
      protocol: 'byte-stream/1',
      accept: async (stream: ByteStream) => {
        this.blocks = [];
        for await (const block of stream) {
          await beforeTaking(this.blocks.length);
          this.blocks.push(block);
        }
        const logicalBytes = this.bytes.length;
        return { logicalBytes, storedBytes: logicalBytes, hash: `sha256:${'0'.repeat(64)}` };
      },
    };
  }

  /** Answers the path of a file in this folder that holds it. */
  async writeTo(directory: string): Promise<string> {
    const path = join(directory, 'part');
    await writeFile(path, this.bytes);
    return path;
  }

  source(): ByteStreamSource {
    const { blocks } = this;
    return {
      protocol: 'byte-stream/1',
      logicalBytes: this.bytes.length,
      open: async function* () {
        // Plain bytes, as a repository may give them.
        for (const block of blocks) yield Uint8Array.from(block);
      },
    };
  }
}
