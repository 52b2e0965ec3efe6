import type { AppInstancePhase } from '../../store/generated/enums.js';

/** What may be asked of an app instance. */
export type AppInstanceAction = 'stop' | 'start' | 'copy' | 'changeHooks' | 'delete';

/**
 * Why an app instance in this phase cannot do that, or `undefined` when it can. Work under way on it is another matter: see
 * `barConflicts`.
 */
export function refusalOf(action: AppInstanceAction, phase: AppInstancePhase): string | undefined {
  return takenFrom[action].includes(phase) ? undefined : refusals[phase];
}

/** Stopping a stopped one and starting a running one are no mistakes: both end as asked. */
const takenFrom: Readonly<Record<AppInstanceAction, readonly AppInstancePhase[]>> = {
  stop: ['RUNNING', 'STOPPING', 'STOPPED'],
  start: ['RUNNING', 'STOPPING', 'STOPPED'],
  copy: ['RUNNING', 'STOPPED'],
  changeHooks: ['RUNNING', 'STOPPING', 'STOPPED'],
  delete: ['DEPLOYING', 'RUNNING', 'STOPPING', 'STOPPED', 'DELETING', 'FAILED'],
};

const refusals: Readonly<Record<AppInstancePhase, string>> = {
  DEPLOYING: 'it is still being deployed; wait for that operation, or cancel it',
  RUNNING: 'it is running',
  STOPPING: 'it is being stopped; wait for that operation',
  STOPPED: 'it is stopped; start it first',
  DELETING: 'it is being deleted',
  FAILED: 'it has failed; see its reason, then retry the operation or delete it',
};
