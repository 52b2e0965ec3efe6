import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '../../../..');

/** A TypeScript file, bundled so that plain Node runs it as a process of its own, with the engine's threads. It talks in lines on its output. */
export class TestProgram {
  private constructor(private readonly directory: string) {}

  static async build(source: string): Promise<TestProgram> {
    // Below the root, so that the bundle finds the installed packages.
    const directory = await mkdtemp(join(root, 'node_modules', '.ocopea-test-'));
    await writeFile(join(directory, 'package.json'), '{"type":"module"}');
    const bundles = [bundle(source, join(directory, 'program.js')), bundle(join(import.meta.dirname, '../chunk-work.ts'), join(directory, 'chunk-work.js'))];
    await Promise.all(bundles);
    return new TestProgram(directory);
  }

  start(...args: readonly string[]): TestProcess {
    return new TestProcess(spawn(process.execPath, [join(this.directory, 'program.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] }));
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function bundle(input: string, file: string): Promise<void> {
  const built = await rolldown({
    input,
    platform: 'node',
    external: (id) => /^[a-z@]/.test(id) && !id.startsWith('@ocopea/') && !id.startsWith('@oxc-project/'),
    resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
  });
  await built.write({ file, format: 'esm', codeSplitting: false });
  await built.close();
}

/** A running {@link TestProgram}. */
export class TestProcess {
  readonly #lines: AsyncIterator<string>;
  /** Resolves with code and signal when it has ended. */
  readonly exit: Promise<unknown[]>;

  constructor(private readonly child: ChildProcess) {
    this.exit = once(child, 'exit');
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** The next line it prints that fits. Fails when it ends before. */
  async line(fits: (line: string) => boolean): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error('the test process ended without that line');
      if (fits(value)) return value;
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}
