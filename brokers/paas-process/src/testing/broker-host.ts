import type { AppServiceSpec } from '@ocopea/broker-contract';
import { hostInput, tellHost } from '@ocopea/broker-conformance/cases';
import { createProcessPaasBroker, type ProcessPaasBrokerOptions } from '../index.js';
import { key } from './process-fixture.js';

// A process that hosts a broker, for tests that kill it: deploys what it is told, and tells the status.
const { options, spec } = hostInput<{ options: ProcessPaasBrokerOptions; spec: AppServiceSpec }>();
const broker = await createProcessPaasBroker(options);
tellHost(await broker.deploy({ ...key, spec }));
setInterval(() => undefined, 60_000);
