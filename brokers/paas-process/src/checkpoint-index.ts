import { appendFile, readFile } from 'node:fs/promises';
import { isSystemError, writeDurableFile } from '@ocopea/embedded';

/** At this moment the output had come so far; each position is right after a line. */
export interface Checkpoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly out: number;
  readonly err: number;
}

const CHECKPOINTS = 10_000;

/**
 * When which output came. A process writes into two plain files, which say neither when nor in which order a line came; this
 * is what is known of that: all positions grow from one checkpoint to the next. Kept beside the output, bounded.
 */
export class CheckpointIndex {
  #checkpoints: Checkpoint[] = [];

  private constructor(private readonly path: string) {}

  static async open(path: string): Promise<CheckpointIndex> {
    const index = new CheckpointIndex(path);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return '';
      throw error;
    });
    index.#checkpoints = text.split('\n').flatMap((line) => parse(line) ?? []);
    return index;
  }

  get last(): Checkpoint {
    return this.#checkpoints.at(-1) ?? { at: 0, out: 0, err: 0 };
  }

  /** The first one that goes beyond these positions. */
  after(out: number, err: number): Checkpoint | undefined {
    let [low, high] = [0, this.#checkpoints.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const one = this.#checkpoints[middle];
      if (one !== undefined && (one.out > out || one.err > err)) high = middle;
      else low = middle + 1;
    }
    return this.#checkpoints[low];
  }

  /** Positions before `kept` are in no file any more. */
  async add(checkpoint: Checkpoint, kept: { readonly out: number; readonly err: number }): Promise<void> {
    this.#checkpoints.push(checkpoint);
    if (this.#checkpoints.length <= CHECKPOINTS) return appendFile(this.path, format(checkpoint), { mode: 0o600 });
    const useful = this.#checkpoints.filter(({ out, err }) => out > kept.out || err > kept.err);
    // Leaving out every second one makes times coarser and loses no line.
    this.#checkpoints = useful.length > CHECKPOINTS / 2 ? useful.filter((_, index) => (useful.length - index) % 2 === 1) : useful;
    await writeDurableFile(this.path, this.#checkpoints.map(format).join(''));
  }
}

function format({ at, out, err }: Checkpoint): string {
  return `${at} ${out} ${err}\n`;
}

/** A crash may have cut the last line. */
function parse(line: string): Checkpoint | undefined {
  const [, at, out, err] = /^(\d+) (\d+) (\d+)$/.exec(line) ?? [];
  return err === undefined ? undefined : { at: Number(at), out: Number(out), err: Number(err) };
}
