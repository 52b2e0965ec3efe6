import type { AppServiceKey, AppServiceSpec } from '@ocopea/broker-contract';
import { createProcessPaasBroker, type ProcessPaasBrokerOptions } from '../index.js';

/** What a host of a broker is told to do. It sends the status when it has deployed, and stays until it is killed. */
export interface HostTask {
  readonly options: ProcessPaasBrokerOptions;
  readonly key: AppServiceKey;
  readonly spec: AppServiceSpec;
  /** Run beside it, once it is deployed. */
  readonly command?: string;
  /** @default 600000 */
  readonly deadlineMs?: number;
}

const { options, key, spec, command, deadlineMs = 600_000 } = JSON.parse(process.argv[2]!) as HostTask;
const broker = await createProcessPaasBroker(options);
const status = await broker.deploy({ ...key, spec });
process.send!(status);
if (command !== undefined) await broker.runCommand({ ...key, runId: 'left', command, deadlineMs });
setInterval(() => undefined, 60_000);
