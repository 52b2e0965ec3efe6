import type { AppServiceKey, AppServiceSpec } from '@ocopea/broker-contract';
import { createProcessPaasBroker, type ProcessPaasBrokerOptions } from '../index.js';

/** What a host of a broker is told to do. It sends the status when it has deployed, and stays until it is killed. */
export interface HostTask {
  readonly options: ProcessPaasBrokerOptions;
  readonly key: AppServiceKey;
  readonly spec: AppServiceSpec;
}

const { options, key, spec } = JSON.parse(process.argv[2]!) as HostTask;
const broker = await createProcessPaasBroker(options);
const status = await broker.deploy({ ...key, spec });
process.send!(status);
setInterval(() => undefined, 60_000);
