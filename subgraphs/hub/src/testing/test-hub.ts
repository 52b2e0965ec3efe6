import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OcopeaError } from '@ocopea/graph';
import { RecordingLog } from '@ocopea/operations/testing';
import { SecretBox, SigningKey } from '@ocopea/security';
import { graphql, parse, subscribe, type ExecutionResult } from 'graphql';
import type { HubLimits } from '../config/hub-limits.js';
import { createHubSubgraph, type HubSubgraph } from '../server/create-hub-subgraph.js';

const principal = { kind: 'administrator', name: 'admin' } as const;

/** A Hub's subgraph in this process, with keys in a temporary folder. */
export class TestHub {
  private constructor(
    readonly subgraph: HubSubgraph,
    readonly home: string,
  ) {}

  static async open(databaseUrl: string, limits: Partial<HubLimits> = {}): Promise<TestHub> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'ocopea-hub-'));
    const subgraph = await createHubSubgraph({
      databaseUrl,
      signingKey: await SigningKey.loadOrCreate(path.join(home, 'signing.key')),
      secretBox: await SecretBox.loadOrCreate(path.join(home, 'secrets.key')),
      log: new RecordingLog(),
      limits: { followEveryMs: 20, probeEveryMs: 50, probeAwayMs: 50, ...limits },
    });
    // The part of the gateway, which reads every Site's schema and finds that it fits.
    const { registry } = subgraph;
    for (const { id } of registry.sites()) registry.observe(id, { kind: 'compatible' });
    registry.onChange(({ kind, siteId }) => kind === 'registered' && registry.observe(siteId, { kind: 'compatible' }));
    return new TestHub(subgraph, home);
  }

  async close({ keepHome = false } = {}): Promise<void> {
    await this.subgraph.close();
    if (!keepHome) await rm(this.home, { recursive: true, force: true });
  }

  async ask<T>(source: string, variables: object = {}): Promise<T> {
    const { data, errors } = await this.#execute(source, variables);
    if (errors !== undefined) throw errors[0]?.originalError ?? errors[0];
    return data as T;
  }

  /** Code and message of what is refused. */
  async refusal(source: string, variables: object = {}): Promise<{ readonly code: string | undefined; readonly message: string | undefined }> {
    const { errors } = await this.#execute(source, variables);
    const error = errors?.[0]?.originalError as OcopeaError | undefined;
    return { code: error?.code, message: error?.message ?? errors?.[0]?.message };
  }

  async listen(source: string): Promise<AsyncGenerator<ExecutionResult>> {
    const { schema } = this.subgraph;
    const events = await subscribe({ schema, document: parse(source), contextValue: this.#context() });
    if (Symbol.asyncIterator in events) return events;
    throw new Error(JSON.stringify(events));
  }

  #execute(source: string, variables: object): Promise<ExecutionResult> {
    return graphql({ schema: this.subgraph.schema, source, variableValues: { ...variables }, contextValue: this.#context() });
  }

  #context(): unknown {
    return this.subgraph.contextValue({ context: { principal }, signal: new AbortController().signal });
  }
}
