import { join } from 'node:path';
import type { AppServiceSpec } from '@ocopea/broker-contract';
import { readDurableJson, writeDurableFile } from '@ocopea/embedded';
import type { AssignedPorts } from './assign-ports.js';

/** What is kept of an app service so that it can be adopted and started again. Its environment holds secrets. */
export interface AppServiceRecord {
  readonly spec: AppServiceSpec;
  readonly ports: AssignedPorts;
  /** False until its first deployment has succeeded, and again once its deletion has begun: remove what is left of it. */
  readonly isDeployed: boolean;
  /** False after `stop` and after a failed replacement. */
  readonly shouldRun: boolean;
  readonly restarts: number;
  /** Why it is in error. */
  readonly failure?: string;
}

export function readAppServiceRecord(directory: string): Promise<AppServiceRecord | undefined> {
  return readDurableJson(recordPath(directory));
}

/** Only this user can read it. */
export function writeAppServiceRecord(directory: string, record: AppServiceRecord): Promise<void> {
  return writeDurableFile(recordPath(directory), JSON.stringify(record), 0o600);
}

function recordPath(directory: string): string {
  return join(directory, 'deployment.json');
}
