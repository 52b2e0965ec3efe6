/** Whether the Hub can work with a Site now. */
export const SiteConnectionState = {
  CONNECTED: 'CONNECTED',
  DISCONNECTED: 'DISCONNECTED',
  INCOMPATIBLE: 'INCOMPATIBLE',
  UNKNOWN: 'UNKNOWN',
} as const;
export type SiteConnectionState = (typeof SiteConnectionState)[keyof typeof SiteConnectionState];

/** A Site's connection as this process has seen it. */
export interface SiteConnection {
  readonly state: SiteConnectionState;
  /** Why it is not CONNECTED; null when it is. */
  readonly reason: string | null;
  /** Since when it has this state. */
  readonly since: Date;
  /** When it last answered. */
  readonly lastSeenAt: Date | null;
  /** Which type and field of its schema contradicts the others'; null when none does. */
  readonly compatibility: string | null;
}

/** What a connection is made of. */
export interface ConnectionFacts {
  /** Undefined until the first probe has ended. */
  readonly isReachable: boolean | undefined;
  readonly problem: string | null;
  /** Undefined until its schema was read and judged, null when it fits: before that, whoever asks the graph misses the Site. */
  readonly incompatibility: string | null | undefined;
  readonly lastSeenAt: Date | null;
}

export const nothingKnown: ConnectionFacts = { isReachable: undefined, problem: null, incompatibility: undefined, lastSeenAt: null };

/** The connection that follows from the facts; `before` gives the time since when, if the state is the same. */
export function connectionOf(facts: ConnectionFacts, before: SiteConnection | undefined, now: Date): SiteConnection {
  const state = stateOf(facts);
  return {
    state,
    reason: reasonOf(state, facts),
    since: before?.state === state ? before.since : now,
    lastSeenAt: facts.lastSeenAt,
    compatibility: facts.incompatibility ?? null,
  };
}

function stateOf({ isReachable, incompatibility }: ConnectionFacts): SiteConnectionState {
  if (isReachable === false) return SiteConnectionState.DISCONNECTED;
  if (isReachable === undefined || incompatibility === undefined) return SiteConnectionState.UNKNOWN;
  return incompatibility === null ? SiteConnectionState.CONNECTED : SiteConnectionState.INCOMPATIBLE;
}

function reasonOf(state: SiteConnectionState, { isReachable, problem, incompatibility }: ConnectionFacts): string | null {
  if (state === SiteConnectionState.INCOMPATIBLE) return incompatibility ?? null;
  return state === SiteConnectionState.UNKNOWN && isReachable === true ? 'it answers; its schema has not been read yet' : problem;
}
