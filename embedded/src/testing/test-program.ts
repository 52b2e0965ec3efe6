import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '../../..');

/** A TypeScript file of a test, bundled so that plain Node runs it with the sources of this repository as they are now. */
export class TestProgram {
  private constructor(
    private readonly directory: string,
    private readonly file: string,
  ) {}

  static async build(source: string): Promise<TestProgram> {
    // Below the repository's root, so that the bundle finds the installed packages.
    const directory = await mkdtemp(path.join(root, 'node_modules', '.ocopea-test-'));
    const bundle = await rolldown({
      input: source,
      platform: 'node',
      transform: { target: 'node20' },
      plugins: [{ name: 'original-location', transform: inOriginalLocation }],
      // The compiler's own helpers come out of the bundler.
      external: (id) => /^[a-z@]/.test(id) && !id.startsWith('@ocopea/') && !id.startsWith('@oxc-project/'),
      resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
    });
    const file = path.join(directory, 'program.mjs');
    await bundle.write({ file, format: 'esm', codeSplitting: false });
    await bundle.close();
    return new TestProgram(directory, file);
  }

  /** Starts it; it hears of `input` as its only argument, in JSON. */
  start(input: unknown): TestProcess {
    return new TestProcess(fork(this.file, [JSON.stringify(input)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Sources that look for files beside them must find them there, not beside the bundle. */
function inOriginalLocation(code: string, file: string): string {
  return code
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href))
    .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)));
}

/** A running {@link TestProgram}, which tells what it does by `process.send`. */
export class TestProcess {
  readonly #messages: unknown[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #exit: Promise<unknown>;
  #hasExited = false;

  constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => {
      this.#messages.push(message);
      this.#wake();
    });
    this.#exit = once(child, 'exit').then(() => {
      this.#hasExited = true;
      this.#wake();
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The first message, past or to come, that fits. Fails when the process ends before. */
  async message<T>(fits: (message: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.#messages.find((message) => fits(message as T));
      if (found !== undefined) return found as T;
      if (this.#hasExited) throw new Error(`the test process ended without that message; it sent ${JSON.stringify(this.#messages)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  send(message: object): void {
    this.child.send(message);
  }

  /** `kill -9`, or a gentler signal; resolves when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    await this.#exit;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
