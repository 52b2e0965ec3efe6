import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paasBrokerConformance, probeArtifacts, writeProbeArtifacts } from '@ocopea/broker-conformance';
import { createProcessPaasBroker } from './index.js';
import { processesIn } from './testing/processes-in.js';

paasBrokerConformance({
  name: 'the process broker',
  open: async () => {
    const root = await mkdtemp(join(tmpdir(), 'ocopea-paas-process-'));
    await writeProbeArtifacts(join(root, 'artifacts'));
    const options = { directory: join(root, 'state'), artifactRoots: [join(root, 'artifacts')] };
    let broker = await createProcessPaasBroker(options);
    return {
      get broker() {
        return broker;
      },
      space: 'default',
      artifacts: probeArtifacts('directory'),
      sharesPorts: true,
      reopen: () => broker.close().then(async () => void (broker = await createProcessPaasBroker(options))),
      leftovers: async () => [...(await readdir(join(root, 'state', 'spaces', 'default'))), ...(await processesIn(root))],
      close: () => broker.close().then(() => rm(root, { recursive: true })),
    };
  },
});
