import assert from 'node:assert/strict';
import type { AppServiceKey, AppServiceSpec, AppServiceStatus, LogLine, PaasBroker } from '@ocopea/broker-contract';
import { assertNothingLeft } from '../assert-nothing-left.js';
import { newCaseId } from '../case-ids.js';
import type { CaseContext, Requirement } from '../conformance-case.js';
import { eventually, withinDeadline } from '../within-deadline.js';
import type { PaasHarness } from './paas-harness.js';

const HTTP_TIMEOUT_MS = 5_000;

/** What the cases of the PaaS suite work with. Removes every app service whose key it gave. */
export class PaasContext implements CaseContext {
  readonly #keys: AppServiceKey[] = [];

  constructor(readonly harness: PaasHarness) {}

  get broker(): PaasBroker {
    return this.harness.broker;
  }

  newKey(): AppServiceKey {
    const key = { space: this.harness.space, appServiceId: newCaseId() };
    this.#keys.push(key);
    return key;
  }

  /** The probe with a health check, and whatever else is given. */
  spec(more: Partial<AppServiceSpec> = {}): AppServiceSpec {
    return {
      artifact: this.harness.artifacts.probe,
      environment: { GREETING: 'hello' },
      ports: [{ name: 'web', protocol: 'http' }],
      healthCheck: { port: 'web', path: '/healthz', intervalMs: 50 },
      ...more,
    };
  }

  /** Deploys the probe and answers its key, its address and what it is. */
  async deploy(more: Partial<AppServiceSpec> = {}, key = this.newKey()) {
    const status = await this.broker.deploy({ ...key, spec: this.spec(more) });
    return { key, status, url: entryPoint(status), instance: await this.ask(status, '/instance') };
  }

  /** The text that the probe answers. */
  async ask(status: AppServiceStatus, path: string): Promise<string> {
    const response = await fetch(new URL(path, entryPoint(status)), { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
    const text = await response.text();
    assert.equal(response.status, 200, `GET ${path} answered ${response.status}: ${text}`);
    return text;
  }

  async tell(status: AppServiceStatus, path: string): Promise<void> {
    const response = await fetch(new URL(path, entryPoint(status)), { method: 'POST', signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
    assert.equal(response.status, 200, `POST ${path} answered ${response.status}`);
    await response.text();
  }

  async environment(status: AppServiceStatus): Promise<Readonly<Record<string, string>>> {
    return JSON.parse(await this.ask(status, '/environment'));
  }

  /** Nothing answers there any more. */
  async assertSilent(url: string): Promise<void> {
    await assert.rejects(fetch(url, { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) }), `something answers at ${url}`);
  }

  /** The status once it is in this phase. */
  async reaches(key: AppServiceKey, phase: AppServiceStatus['state']['phase']): Promise<AppServiceStatus> {
    return eventually(async () => {
      const status = await this.broker.get(key);
      return status.state.phase === phase ? status : undefined;
    }, `phase ${phase} of "${key.appServiceId}"`);
  }

  /** All lines that are kept. */
  async lines(key: AppServiceKey, after?: string): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for await (const line of this.broker.logs(after === undefined ? key : { ...key, after })) lines.push(line);
    return lines;
  }

  /** Follows the log until a line for which `isLast` holds, and answers all lines up to it. */
  async linesUntil(key: AppServiceKey, isLast: (line: LogLine) => boolean, after?: string): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    const following = async () => {
      for await (const line of this.broker.logs({ ...key, follow: true, ...(after === undefined ? {} : { after }) })) {
        lines.push(line);
        if (isLast(line)) break;
      }
      return lines;
    };
    return withinDeadline(following(), 'awaited line in the log');
  }

  async assertNothingLeft(): Promise<void> {
    assertNothingLeft(await this.harness.leftovers());
  }

  async leave(): Promise<void> {
    for (const key of this.#keys) await this.broker.delete(key);
    await this.assertNothingLeft();
  }
}

/** The address of a running app service. */
export function entryPoint(status: AppServiceStatus): string {
  assert.ok(status.entryPointUrl, `app service "${status.appServiceId}" is ${status.state.phase} and has no entry point`);
  return status.entryPointUrl;
}

export const reopening: Requirement<PaasContext> = {
  name: 'a broker that the suite can close and open again',
  isMet: ({ harness }) => harness.reopen !== undefined,
};

export const crashing: Requirement<PaasContext> = {
  name: 'a broker that the suite can kill and open again',
  isMet: ({ harness }) => harness.crash !== undefined,
};

export const pausing: Requirement<PaasContext> = {
  name: 'the capability pause',
  isMet: async ({ broker }) => (await broker.info()).capabilities.pause === true,
};

export const sharedPorts: Requirement<PaasContext> = {
  name: 'app services that share their ports with this process',
  isMet: ({ harness }) => harness.sharesPorts,
};

export const commanding: Requirement<PaasContext> = {
  name: 'the capability commands',
  isMet: async ({ broker }) => (await broker.info()).capabilities.commands === true,
};
