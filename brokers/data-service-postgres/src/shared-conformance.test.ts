import { dataServiceBrokerConformance } from '@ocopea/broker-conformance';
import { describe } from 'vitest';
import { openSharedHarness } from './testing/shared-harness.js';
import { installedServers } from './testing/test-server.js';

const isInstalled = (await installedServers()).length > 0;

describe.runIf(isInstalled)('on a PostgreSQL server of this machine (skipped where none is installed with its client programs)', () => {
  dataServiceBrokerConformance({ name: 'the plan "shared" of the PostgreSQL data service broker', open: openSharedHarness });
});
