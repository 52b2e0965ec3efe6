import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { OutputLog } from '@ocopea/embedded';
import { CliError } from '../../cli-error.js';

export interface ManagedProcessOptions {
  /** For people: `site eu-central`. */
  readonly name: string;
  readonly command: 'hub' | 'site';
  readonly environment: Readonly<Record<string, string>>;
  readonly log: OutputLog;
  /** Called at every start, the first one included, before it counts as started. */
  readonly onReady: (ready: ReadyMessage) => Promise<void>;
  readonly onRestart: (reason: string) => void;
}

/** What a process of ours tells its starter once it serves. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly url: string;
  /** Present at a Site: lets one Hub join it. A secret. */
  readonly joinToken?: string;
}

const readyWithinMs = 60_000;
const stopWithinMs = 45_000;
const longestPauseMs = 10_000;
const program = fileURLToPath(new URL('../../../bin/ocopea.js', import.meta.url));
const nodeFlags = [
  /** Young objects in 3 × 2 MiB instead of 3 × 16, in each thread: V8 fills what it may have, so each process would take 50 MB more for no speed that can be measured here. */
  '--max-semi-space-size=2',
  /**
   * WebAssembly is optimised once it has run for long, not in the first second: the query compiler of Prisma, whose plans are kept, would make each process take 80 MB while
   * it starts, most of which it never gives back.
   */
  '--wasm-tiering-budget=30000000',
];
const nodeEnvironment = {
  /** glibc keeps freed memory per arena, eight for each processor by default; the few threads of a process get along with two. */
  MALLOC_ARENA_MAX: '2',
  /** Buffers of a chunk's size come from memory that was freed before, not each from the kernel and back to it. */
  MALLOC_MMAP_THRESHOLD_: String(4 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(8 * 1024 * 1024),
  /** Some threads compress chunks of copies while others wait for the disk. */
  UV_THREADPOOL_SIZE: '8',
};

/** A Hub or Site as a process of its own, started again when it ends by itself. */
export class ManagedProcess {
  readonly #options: ManagedProcessOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #watch: Promise<void> = Promise.resolve();

  constructor(options: ManagedProcessOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it serves. @throws CliError with the end of its log */
  async start(): Promise<void> {
    await this.#launch();
    this.#watch = this.#keepAlive();
  }

  /** Ends it cleanly, by force after a while. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child !== undefined && isAlive(child)) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await ended;
      clearTimeout(force);
    }
    await this.#watch;
  }

  async #launch(): Promise<void> {
    const { name, command, environment, log, onReady } = this.#options;
    await log.rotateIfNeeded();
    await using output = await log.openForAppend();
    // A session of its own: Ctrl-C reaches only the supervisor, which stops everything in order.
    const child = spawn(process.execPath, [...nodeFlags, program, command], {
      env: { ...nodeEnvironment, ...process.env, ...environment },
      stdio: ['ignore', output.fd, output.fd, 'ipc'],
      detached: true,
    });
    this.#child = child;
    const ended = new AbortController();
    child.once('exit', () => ended.abort());
    child.once('error', () => ended.abort());
    const ready = await Promise.race([readyMessage(child), once(ended.signal, 'abort').then(() => 'ended' as const), after(readyWithinMs)]);
    if (typeof ready === 'string') {
      child.kill('SIGKILL');
      const lines = await log.lastLines(15);
      const what = ready === 'ended' ? 'ended instead of serving' : `did not serve within ${readyWithinMs / 1000} s`;
      throw new CliError(`${name} ${what}; the end of its log (${log.path}):\n${lines.map((line) => `  ${line}`).join('\n')}`);
    }
    await onReady(ready);
  }

  async #keepAlive(): Promise<void> {
    for (let pauseMs = 250; ; ) {
      const child = this.#child!;
      if (isAlive(child)) await once(child, 'exit');
      if (this.#stopping) return;
      this.#options.onRestart(`${this.#options.name} ended (${child.signalCode ?? `code ${child.exitCode}`}); starting it again`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (this.#stopping) return;
      try {
        await this.#launch();
        pauseMs = 250;
      } catch (error) {
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
        if (!this.#stopping) this.#options.onRestart(error instanceof Error ? error.message : String(error));
      }
    }
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

function readyMessage(child: ChildProcess): Promise<ReadyMessage> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if ((message as { type?: unknown }).type === 'ready') resolve(message as ReadyMessage);
    });
  });
}

function after(ms: number): Promise<'late'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('late'), ms).unref();
  });
}
