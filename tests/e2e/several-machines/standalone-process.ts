import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../cli/bin/ocopea.js', import.meta.url));

/** `ocopea hub` or `ocopea site` by itself, as on a machine of its own. */
export class StandaloneProcess implements AsyncDisposable {
  #output = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  /** Resolves once it says where it answers. */
  static async start(command: 'hub' | 'site', environment: Readonly<Record<string, string>>): Promise<StandaloneProcess> {
    const child = spawn(process.execPath, [program, command], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = new StandaloneProcess(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout!.on('data', () => /answers at /.test(started.#output) && resolve());
      child.once('exit', (code) => reject(new Error(`ocopea ${command} ended with ${code}:\n${started.#output}`)));
    });
    return started;
  }

  /** The address that it printed, without the path. */
  get url(): string {
    return /answers at (http:\S+)\/graphql/.exec(this.#output)![1]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
