import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CancelOperationDocument, type OcopeaClient } from '@ocopea/sdk';
import { operationEnd, operationSuccess, type Fabric } from '@ocopea/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tracesOf, type Traces } from './traces.js';
import { hookOutcomes, Vault } from './vault.js';

const deadlineMs = 300_000;

describe('a Site that is killed while an application stands still for it', { timeout: deadlineMs }, () => {
  let fabric: Fabric;
  let hub: OcopeaClient;
  let vault: Vault;
  let untouched: Traces;

  beforeAll(async () => {
    fabric = await Vault.startFabric();
    hub = await fabric.hub();
    vault = await Vault.deploy(hub);
    untouched = await tracesOf(fabric);
  }, deadlineMs);
  afterAll(async () => {
    await hub?.close();
    await fabric?.[Symbol.asyncDispose]();
  }, deadlineMs);

  /** As before, but for the copy; at the latest when a Site that was killed has wholly come back. */
  const expectNothingElse = (copyId: string, state: string) => {
    const isOfServices = (file: string) => !file.includes('/copies/');
    const compared = ({ copies, files, packs: _, ...traces }: Traces) => ({ ...traces, files: files.filter(isOfServices), copies: copies.filter((copy) => copy.startsWith(copyId)) });
    return expect.poll(async () => compared(await tracesOf(fabric)), { timeout: 60_000, interval: 500 }).toEqual({ ...compared(untouched), copies: [`${copyId} ${state}`] });
  };

  it('while a hook runs: the hook ends, the application is let go, and the copy is taken anew', async () => {
    await vault.slowDown();
    const { operationId, copyId } = await vault.createCopy();
    await expect.poll(() => vault.frozenBy(), { timeout: 60_000 }).toBeGreaterThan(0);
    const freezing = (await vault.frozenBy())!;
    await fabric.kill('eu-central');
    // The next Site ends what the dead one left, thaws, and freezes anew: by another process.
    await expect.poll(async () => ((await vault.frozenBy()) ?? freezing) !== freezing, { timeout: 120_000 }).toBe(true);
    expect(isAlive(freezing)).toBe(false);
    await vault.hasten();
    await operationSuccess(hub, operationId, deadlineMs);
    const copy = await vault.copy(copyId);
    expect(copy).toMatchObject({ usable: true, consistency: 'APPLICATION', hooksAttempted: 4, hooksFailed: 1 });
    expect(hookOutcomes(copy)).toEqual(['freeze INTERRUPTED', 'thaw SUCCEEDED', 'freeze SUCCEEDED', 'thaw SUCCEEDED']);
    expect(await vault.state()).toBe('open');
    await expectNothingElse(copyId, 'DONE SUCCEEDED usable');
  });

  it('while a hook runs, and the copy is cancelled meanwhile: the application is let go, and nothing is left', async () => {
    await vault.slowDown();
    const { operationId, copyId } = await vault.createCopy();
    await expect.poll(() => vault.frozenBy(), { timeout: 60_000 }).toBeGreaterThan(0);
    await hub.request(CancelOperationDocument, { input: { operationId } });
    await fabric.kill('eu-central').catch(() => undefined);
    expect(await operationEnd(hub, operationId, deadlineMs)).toMatchObject({ outcome: 'CANCELLED', error: { code: 'CANCELLED' } });
    expect(await vault.state()).toBe('open');
    await vault.hasten();
    expect(hookOutcomes(await vault.copy(copyId)).at(-1)).toBe('thaw SUCCEEDED');
    await expectNothingElse(copyId, 'DONE CANCELLED not usable');
  });

  it('while it is held for the consistency point: it goes on, and the copy is taken anew', async () => {
    // So many files that the last look at the folder, for which the application is held, takes its time.
    await mkdir(join(vault.files, 'many'));
    for (let from = 0; from < 30_000; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, index) => writeFile(join(vault.files, 'many', String(from + index)), '')));
    }
    const serving = serverOf(vault.url);
    const site = await fabric.pidOf('eu-central');
    const { operationId, copyId } = await vault.createCopy();
    const giveUpAt = Date.now() + 120_000;
    while (stateOf(serving) !== 'T') {
      if (Date.now() > giveUpAt) throw new Error('the application was never held');
      await setImmediate();
    }
    process.kill(site, 'SIGKILL');
    expect(stateOf(serving)).toBe('T');
    await expect.poll(() => stateOf(serving), { timeout: 60_000 }).not.toBe('T');
    await operationSuccess(hub, operationId, deadlineMs);
    const copy = await vault.copy(copyId);
    expect(copy).toMatchObject({ usable: true, consistency: 'APPLICATION' });
    expect(hookOutcomes(copy)).toEqual(['freeze SUCCEEDED', 'thaw SUCCEEDED', 'freeze SUCCEEDED', 'thaw SUCCEEDED']);
    expect(await vault.state()).toBe('open');
    await expectNothingElse(copyId, 'DONE SUCCEEDED usable');
  });
});

function isAlive(pid: number): boolean {
  const state = stateOf(pid);
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Field 3 of /proc/<pid>/stat. */
function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0];
  } catch {
    return undefined;
  }
}

/** The process of the app service that serves there. */
function serverOf(url: string): number {
  const port = `PORT=${new URL(url).port}`;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(port)) return Number(pid);
    } catch {
      // It is somebody else's, or has ended.
    }
  }
  throw new Error(`no process serves ${url}`);
}
