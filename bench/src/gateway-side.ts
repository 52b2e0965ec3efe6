import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds } from './measure.js';

export interface GatewaySideOptions {
  readonly name: string;
  /** What to run, given the port to listen on. */
  readonly command: (port: number) => readonly [file: string, ...args: string[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it runs, and its output goes. */
  readonly logs: string;
}

const patienceMs = 60_000;

/** One gateway in a process of its own, which may have children. */
export class GatewaySide implements AsyncDisposable {
  private constructor(
    readonly name: string,
    readonly url: string,
    readonly pid: number,
    private readonly process: ChildProcess,
  ) {}

  /** @throws Error with the end of its output when it does not answer in time */
  static async start({ name, command, environment = {}, logs }: GatewaySideOptions): Promise<GatewaySide> {
    const port = await freePort();
    const [file, ...args] = command(port);
    if (file.includes('/') && !existsSync(file)) throw new Error(`${file} is not there`);
    const log = join(logs, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.log`);
    const output = openSync(log, 'w');
    const child = spawn(file, args, { cwd: logs, stdio: ['ignore', output, output], env: { ...process.env, NODE_ENV: 'production', ...environment } });
    closeSync(output);
    child.on('error', () => undefined);
    const url = `http://127.0.0.1:${port}/graphql`;
    const deadline = Date.now() + patienceMs;
    while (!(await answers(url))) {
      if (child.pid === undefined || child.exitCode !== null || Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ').slice(-400) || 'it did not start');
      }
      await delay(100);
    }
    return new GatewaySide(name, url, child.pid!, child);
  }

  /** User and system time of the process and its children. */
  async cpuSeconds(): Promise<number> {
    const seconds = await Promise.all((await familyOf(this.pid)).map((pid) => cpuSeconds(pid).catch(() => 0)));
    return seconds.reduce((sum, each) => sum + each, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await Promise.race([ended, delay(5_000).then(() => this.process.kill('SIGKILL'))]);
  }
}

async function answers(url: string): Promise<boolean> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}', signal: AbortSignal.timeout(2_000) };
  return fetch(url, init).then(
    async (response) => (await response.text()).includes('Query'),
    () => false,
  );
}

async function familyOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')));
  const pids = children.join(' ').split(/\s+/).filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(pids.map(familyOf))).flat()];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
