import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { withinDeadline } from './within-deadline.js';

/**
 * A process of its own for a broker under test, so that it can be killed for real. It runs a TypeScript source as it is.
 *
 * The source gets its input by {@link hostInput} and tells what it has reached by {@link tellHost}.
 */
export class HostProcess {
  readonly #lines: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcess) {
    if (child.stdout === null) throw new TypeError('the output of a host process is piped');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @param input any JSON */
  static start(source: URL, input: unknown): HostProcess {
    const register = new URL('../fixtures/host-process/register.mjs', import.meta.url).href;
    const command = ['--conditions=source', '--import', register, fileURLToPath(source), JSON.stringify(input)];
    return new HostProcess(spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] }));
  }

  /** The next thing that it tells. Rejects when it ends without. */
  async told<T>(): Promise<T> {
    const { done, value } = await withinDeadline(this.#lines.next(), 'word from the host process');
    if (done === true) throw new Error(`the host process ended with ${this.child.exitCode ?? this.child.signalCode} and told nothing more`);
    return JSON.parse(value) as T;
  }

  /** Ends it by SIGKILL; resolves when it is gone. Idempotent. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** Within a host process: what {@link HostProcess.start} gave it. */
export function hostInput<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null') as T;
}

/** Within a host process: tells the test something, any JSON. */
export function tellHost(something: unknown): void {
  process.stdout.write(`${JSON.stringify(something)}\n`);
}
