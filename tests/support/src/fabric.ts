import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '@ocopea/embedded';
import { OcopeaClient } from '@ocopea/sdk';

const program = fileURLToPath(new URL('../../../cli/bin/ocopea.js', import.meta.url));
const run = promisify(execFile);
/** `npm start` promises less; a machine that runs other tests as well takes longer. */
const readyWithinMs = 180_000;
const stopWithinMs = 60_000;

export type FabricProcess = 'hub' | 'eu-central' | 'us-west';

/** A fabric as `npm start` makes it, in a folder of its own, with everything in processes of their own. */
export class Fabric implements AsyncDisposable {
  readonly #up: ChildProcess;
  readonly #removeHome: boolean;
  #output = '';

  private constructor(
    readonly home: string,
    readonly port: number,
    up: ChildProcess,
    removeHome: boolean,
  ) {
    this.#up = up;
    this.#removeHome = removeHome;
    for (const stream of [this.#up.stdout!, this.#up.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  /** Starts one and resolves when it says it is ready. With a `home` it takes up what is there, and leaves it there. */
  static async start(options: { home?: string; port?: number; environment?: Readonly<Record<string, string>> } = {}): Promise<Fabric> {
    const home = options.home ?? (await mkdtemp(join(tmpdir(), 'ocopea-fabric-')));
    const port = options.port ?? (await freePort());
    const fabric = new Fabric(home, port, spawnUp(home, port, options.environment), options.home === undefined);
    try {
      await fabric.untilOutput(/Ocopea is ready/);
    } catch (error) {
      await fabric[Symbol.asyncDispose]();
      throw error;
    }
    return fabric;
  }

  /** Everything `up` has printed so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#up.pid!;
  }

  async token(): Promise<string> {
    return (await readFile(join(this.home, 'admin.token'), 'utf8')).trim();
  }

  /** A client of the Hub; the caller closes it. */
  async hub(): Promise<OcopeaClient> {
    return new OcopeaClient({ url: `http://127.0.0.1:${this.port}`, token: await this.token() });
  }

  /** A client of one Site by its own address; the caller closes it. */
  async site(id: Exclude<FabricProcess, 'hub'>): Promise<OcopeaClient> {
    return new OcopeaClient({ url: this.siteUrl(id), token: await this.token() });
  }

  siteUrl(id: string): string {
    const url = new RegExp(String.raw`Site\s+(http://\S+)/graphql\s+${id}`).exec(this.#output)?.[1];
    if (url === undefined) throw new Error(`up did not print an address of ${id}:\n${this.#output}`);
    return url;
  }

  /** The living process of the Hub or a Site, as the system lists it. */
  async pidOf(which: FabricProcess): Promise<number> {
    const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(this.pid)]);
    for (const pid of stdout.split('\n').map((line) => line.trim()).filter(Boolean)) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const home = /(?:^|\0)OCOPEA_HOME=([^\0]*)/.exec(environment)?.[1] ?? '';
      if (home === (which === 'hub' ? join(this.home, 'hub') : join(this.home, 'sites', which))) return Number(pid);
    }
    throw new Error(`no process of ${which} runs`);
  }

  /** `kill -9`. Its supervisor starts it again. */
  async kill(which: FabricProcess): Promise<void> {
    process.kill(await this.pidOf(which), 'SIGKILL');
  }

  /** What a person's Ctrl-C does; resolves when `up` has ended. */
  async stop(): Promise<void> {
    if (this.#up.exitCode === null && this.#up.signalCode === null) {
      const ended = once(this.#up, 'exit');
      this.#up.kill('SIGINT');
      const force = setTimeout(() => this.#up.kill('SIGKILL'), stopWithinMs);
      await ended;
      clearTimeout(force);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (this.#removeHome) await rm(this.home, { recursive: true, force: true });
  }

  async untilOutput(pattern: RegExp): Promise<void> {
    if (pattern.test(this.#output)) return;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`up did not print ${String(pattern)} in time:\n${this.#output}`)), readyWithinMs);
      const look = () => {
        if (!pattern.test(this.#output)) return;
        clearTimeout(late);
        resolve();
      };
      this.#up.stdout!.on('data', look);
      this.#up.stderr!.on('data', look);
      this.#up.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`up ended with ${code}:\n${this.#output}`));
      });
    });
  }
}

/** `ocopea up` on a folder and a port. */
export function spawnUp(home: string, port: number, environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [program, 'up'], {
    env: { ...process.env, ...environment, OCOPEA_HOME: home, OCOPEA_PORT: String(port), OCOPEA_LOG_LEVEL: 'debug' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `ocopea …` to its end. */
export async function ocopea(args: readonly string[], environment: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [program, ...args], { env: { ...process.env, ...environment } });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
