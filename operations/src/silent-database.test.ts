import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { query, startScratchServer, TestProgram, type ScratchServer } from './testing/index.js';
import type { EngineProgramMessage } from './testing/engine-program.js';
import { SilentProxy } from './testing/silent-proxy.js';

// Silence is noticed by deadlines, and the machine takes what it takes.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let server: ScratchServer;
let program: TestProgram;

beforeAll(async () => {
  [server, program] = await Promise.all([startScratchServer(), TestProgram.build(path.join(import.meta.dirname, 'testing/engine-program.ts'))]);
});
afterAll(async () => {
  await program.remove();
  await server.close();
});

it('goes on with an operation by new connections when those it has fell silent and were never closed', async () => {
  const databaseUrl = await server.database();
  await using proxy = await SilentProxy.start(databaseUrl);
  const engine = program.start({ databaseUrl: proxy.databaseUrl, executorId: 'one' });
  try {
    await engine.message<EngineProgramMessage>(({ type }) => type === 'ready');
    const id = 'hub.operation.019f0000-0000-7000-8000-000000000001';
    engine.send({ type: 'start', id });
    await engine.message<EngineProgramMessage>(({ type }) => type === 'step');

    proxy.silence();
    // The step ends and has to be written down, over a connection that answers no more.
    engine.send({ type: 'release' });
    // It tries new connections meanwhile, which are accepted and not answered.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    // The server notices in its own time that nobody is there; a machine that is gone would hold locks no longer.
    await query(databaseUrl, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()');
    proxy.speak();

    await expect.poll(() => query(databaseUrl, 'SELECT phase, outcome FROM operations WHERE id = $1', [id]), { timeout: 180_000, interval: 500 }).toEqual([{ phase: 'DONE', outcome: 'SUCCEEDED' }]);
  } finally {
    await engine.kill();
  }
});
