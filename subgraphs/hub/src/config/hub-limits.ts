/** How long the Hub waits for what. */
export interface HubLimits {
  /** One call to a Site. */
  readonly siteCallMs: number;
  /** How long an operation bears with a Site that does not answer. */
  readonly siteAwayMs: number;
  /** Sending or restoring one copy, from asking the Site to its end. */
  readonly bulkStepMs: number;
  /** Between two looks at an operation of a Site. */
  readonly followEveryMs: number;
  /** Between two probes of a Site that answers. */
  readonly probeEveryMs: number;
  /** Between two probes of a Site that does not; grows up to it. */
  readonly probeAwayMs: number;
  /** One probe. */
  readonly probeMs: number;
}

export const defaultHubLimits: HubLimits = {
  siteCallMs: 15_000,
  siteAwayMs: 10 * 60_000,
  bulkStepMs: 24 * 60 * 60_000,
  followEveryMs: 250,
  probeEveryMs: 2_000,
  probeAwayMs: 5_000,
  probeMs: 4_000,
};
