import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppServiceSpec, AppServiceStatus, LogLine, PaasBroker } from '@ocopea/broker-contract';
import { eventually, probeArtifacts, writeProbeArtifacts } from '@ocopea/broker-conformance/cases';
import { createProcessPaasBroker, type ProcessPaasBrokerOptions } from '../index.js';
import { processesIn } from './processes-in.js';

export const key = { space: 'default', appServiceId: 'shop' };

/** The probe, checked often. */
export const probeSpec: AppServiceSpec = {
  artifact: probeArtifacts('directory').probe,
  environment: { PASSWORD: 'very-secret-value' },
  ports: [{ name: 'web', protocol: 'http' }],
  healthCheck: { port: 'web', path: '/healthz', intervalMs: 50 },
};

/** A folder with the probe artifacts, and brokers on it. */
export class ProcessFixture implements AsyncDisposable {
  #broker: PaasBroker | undefined;

  private constructor(readonly root: string) {}

  static async make(): Promise<ProcessFixture> {
    const fixture = new ProcessFixture(await mkdtemp(join(tmpdir(), 'ocopea-paas-process-')));
    await writeProbeArtifacts(join(fixture.root, 'artifacts'));
    return fixture;
  }

  get options(): ProcessPaasBrokerOptions {
    return { directory: join(this.root, 'state'), artifactRoots: [join(this.root, 'artifacts')], stopGraceMs: 500, restart: { initialDelayMs: 20 } };
  }

  get folder(): string {
    return join(this.options.directory, 'spaces', key.space, key.appServiceId);
  }

  async open(more: Partial<ProcessPaasBrokerOptions> = {}): Promise<PaasBroker> {
    this.#broker = await createProcessPaasBroker({ ...this.options, ...more });
    return this.#broker;
  }

  /** Adds an artifact of one JavaScript file, and answers a spec for it without a health check. */
  async addArtifact(name: string, main: string, commands?: Readonly<Record<string, readonly string[]>>): Promise<AppServiceSpec> {
    const directory = join(this.root, 'artifacts', name);
    await mkdir(directory);
    await writeFile(join(directory, 'main.mjs'), main);
    await writeFile(join(directory, 'artifact.json'), JSON.stringify({ name, version: '1.0.0', command: ['node', 'main.mjs'], ...(commands && { commands }) }));
    return { artifact: { type: 'directory', name, version: '1.0.0' }, environment: {}, ports: [] };
  }

  processes(): Promise<string[]> {
    return processesIn(this.root);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whatever state the test left, nothing may outlive it.
    await this.#broker?.close();
    const broker = await createProcessPaasBroker(this.options);
    for (const one of (await broker.list()).items) await broker.delete(one);
    await broker.close();
    await rm(this.root, { recursive: true });
  }
}

/** What the probe answers. */
export async function ask({ entryPointUrl }: AppServiceStatus, path: string, method = 'GET'): Promise<string> {
  const response = await fetch(new URL(path, entryPointUrl), { method, signal: AbortSignal.timeout(5_000) });
  return response.text();
}

/** The status once it is as asked. */
export function statusWhen(broker: PaasBroker, isSo: (status: AppServiceStatus) => boolean): Promise<AppServiceStatus> {
  return eventually(async () => {
    const status = await broker.get(key);
    return isSo(status) ? status : undefined;
  }, 'awaited status');
}

/** All lines that are kept, or those after a cursor. */
export async function linesOf(broker: PaasBroker, after?: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of broker.logs(after === undefined ? key : { ...key, after })) lines.push(line);
  return lines;
}
