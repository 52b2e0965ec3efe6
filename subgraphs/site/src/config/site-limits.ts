/** Deadlines, rates and bounds of a Site. All times in milliseconds. */
export interface SiteLimits {
  /** For one call to a broker that answers at once. @default 10000 */
  readonly brokerCallMs: number;
  /** For creating, copying, restoring or verifying one data service. @default 86400000 (a day) */
  readonly bulkStepMs: number;
  /** For starting or stopping one app service. @default 600000 */
  readonly appServiceStepMs: number;
  /** Between two rounds of health measurement. @default 5000 */
  readonly healthIntervalMs: number;
  /** For one measurement; later is UNKNOWN. @default 2500 */
  readonly healthDeadlineMs: number;
  /** Measurements at once. @default 8 */
  readonly healthConcurrency: number;
  /** How long a Grant to write one part is good. @default 3600000 */
  readonly grantMs: number;
  /** How long a copy may take to arrive from another Site before its parts are removed. @default 86400000 */
  readonly receiveMs: number;
  /** Between two looks for things to tidy up or to bring back into order. @default 30000 */
  readonly tidyIntervalMs: number;
  /** Between two sweeps of the repositories for what nothing refers to any more. @default 3600000 */
  readonly sweepIntervalMs: number;
  /** How long writers are held at most, for the consistency point of a copy. @default 10000 */
  readonly holdMs: number;
  /** Copies taken, restored, verified or sent, and applications deployed, at once; further ones are QUEUED. @default 8 */
  readonly bulkOperations: number;
  /** Of these, in one copy repository. @default 4 */
  readonly repositoryOperations: number;
  /** How long one may be QUEUED. @default 86400000 (a day) */
  readonly queueMs: number;
}

export const defaultSiteLimits: SiteLimits = {
  brokerCallMs: 10_000,
  bulkStepMs: 24 * 3_600_000,
  appServiceStepMs: 600_000,
  healthIntervalMs: 5_000,
  healthDeadlineMs: 2_500,
  healthConcurrency: 8,
  grantMs: 3_600_000,
  receiveMs: 24 * 3_600_000,
  tidyIntervalMs: 30_000,
  sweepIntervalMs: 3_600_000,
  holdMs: 10_000,
  bulkOperations: 8,
  repositoryOperations: 4,
  queueMs: 24 * 3_600_000,
};
