import { copyRepositoryBrokerConformance } from '@ocopea/broker-conformance';
import { FilesystemHarness } from './testing/filesystem-harness.js';

copyRepositoryBrokerConformance({
  name: 'the filesystem copy repository broker',
  open: async () => {
    const harness = await FilesystemHarness.open({ graceMs: 0 });
    const small = await harness.mountSmall(6);
    return Object.assign(harness, small && { smallProperties: async () => ({ path: `${small}/repository` }) });
  },
});
