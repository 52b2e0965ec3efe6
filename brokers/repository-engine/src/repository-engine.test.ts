import { copyRepositoryBrokerConformance } from '@ocopea/broker-conformance';
import { EngineHarness } from './testing/index.js';

copyRepositoryBrokerConformance({ name: 'the repository engine, encrypted, over memory', open: () => EngineHarness.open({ graceMs: 0 }) });
