import { readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppInstanceDocument, CopyDocument, CreateCopyDocument, DeployAppDocument, type CopyQuery, type OcopeaClient } from '@ocopea/sdk';
import { environmentBehind, Fabric, operationSuccess } from '@ocopea/test-support';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const artifacts = fileURLToPath(new URL('artifacts', import.meta.url));

/** A database and a folder, frozen and let go by hooks. */
const manifest = {
  dataServices: [
    { name: 'db', protocol: 'postgresql' },
    { name: 'files', protocol: 'volume' },
  ],
  appServices: [
    {
      name: 'vault',
      artifact: { type: 'directory', name: 'vault', version: '1.0.0' },
      environment: [
        { name: 'DATABASE_URL', value: '${db.uri}' },
        { name: 'FILES', value: '${files.path}' },
      ],
      ports: [{ name: 'web', protocol: 'HTTP' as const }],
      healthCheck: { port: 'web', path: '/', intervalMs: 100 },
      entryPoint: true,
    },
  ],
  hooks: [
    { name: 'freeze', event: 'BEFORE_COPY' as const, service: 'vault', command: 'freeze', deadlineMs: 120_000, holdsWrites: true },
    { name: 'thaw', event: 'AFTER_COPY' as const, service: 'vault', command: 'thaw' },
    { name: 'mask', event: 'AFTER_RESTORE' as const, service: 'db', statements: 'CREATE TABLE masked ()' },
    { name: 'greet', event: 'AFTER_RESTORE' as const, service: 'vault', command: 'greet' },
  ],
};

export type Copy = NonNullable<CopyQuery['copy']>;

/** An application at eu-central that is frozen by hooks while it is copied. */
export class Vault {
  private constructor(
    private readonly hub: OcopeaClient,
    readonly id: string,
    readonly url: string,
    /** Where its commands say that it is frozen. */
    readonly files: string,
  ) {}

  static startFabric(): Promise<Fabric> {
    return Fabric.start({ environment: { OCOPEA_ARTIFACTS: [examples, artifacts].join(delimiter) } });
  }

  static async deploy(hub: OcopeaClient): Promise<Vault> {
    const { deployApp } = await hub.request(DeployAppDocument, { input: { siteId: 'eu-central', name: 'vault', manifest } });
    const { subjectId } = await operationSuccess(hub, deployApp.operation.id);
    const { appInstance } = await hub.request(AppInstanceDocument, { id: subjectId! });
    const url = appInstance!.entryPointUrl!;
    return new Vault(hub, subjectId!, url, (await environmentBehind(url, 'FILES'))['FILES']!);
  }

  /** `frozen` or `open`. */
  async state(): Promise<string> {
    return (await fetch(this.url, { signal: AbortSignal.timeout(5_000) })).text();
  }

  /** Who froze it; undefined while nobody did. */
  async frozenBy(): Promise<number | undefined> {
    const pid = await readFile(join(this.files, 'frozen'), 'utf8').catch(() => '');
    return pid === '' ? undefined : Number(pid);
  }

  /** Freezing takes until {@link hasten}. */
  slowDown(): Promise<void> {
    return writeFile(join(this.files, 'slow'), '');
  }

  hasten(): Promise<void> {
    return rm(join(this.files, 'slow'), { force: true });
  }

  async createCopy(consistency: 'CRASH' | 'APPLICATION' = 'APPLICATION'): Promise<{ operationId: string; copyId: string }> {
    const { createCopy } = await this.hub.request(CreateCopyDocument, { input: { appInstanceId: this.id, consistency } });
    return { operationId: createCopy.operation.id, copyId: createCopy.copy!.id };
  }

  async copy(id: string): Promise<Copy> {
    const { copy } = await this.hub.request(CopyDocument, { id });
    if (copy === null || copy === undefined) throw new Error(`there is no copy ${id}`);
    return copy;
  }
}

export function hookOutcomes({ hookRuns }: Copy): string[] {
  return hookRuns.map(({ hook, outcome }) => `${hook} ${outcome}`);
}
