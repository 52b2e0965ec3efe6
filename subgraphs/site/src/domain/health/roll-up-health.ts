/** How well something does. UNKNOWN: not measured yet, or the measurement did not answer. */
export const Health = { HEALTHY: 'HEALTHY', DEGRADED: 'DEGRADED', UNHEALTHY: 'UNHEALTHY', UNKNOWN: 'UNKNOWN' } as const;
export type Health = (typeof Health)[keyof typeof Health];

export interface HealthVerdict {
  readonly health: Health;
  /** Why it is not healthy. */
  readonly reason?: string | undefined;
}

/** A part of a whole, by the name that a reason gives it. */
export interface HealthPart extends HealthVerdict {
  readonly name: string;
}

/**
 * An application is as well as its worst service. One that is stopped is healthy when its data services are: nobody expects
 * its app services to answer.
 */
export function rollUpApp(phase: string, parts: readonly HealthPart[]): HealthVerdict {
  if (phase === 'FAILED') return { health: Health.UNHEALTHY, reason: 'it has failed' };
  return worstOf(parts);
}

/** A Site is degraded when anything at it is not healthy, and unhealthy when all brokers of one kind are. */
export function rollUpSite(brokers: readonly (HealthPart & { readonly kind: string })[], apps: readonly HealthPart[]): HealthVerdict {
  for (const kind of new Set(brokers.map((broker) => broker.kind))) {
    const ofKind = brokers.filter((broker) => broker.kind === kind);
    if (ofKind.every(({ health }) => health === Health.UNHEALTHY)) {
      return { health: Health.UNHEALTHY, reason: `no broker of kind ${kind} answers: ${reasonOf(ofKind[0] as HealthPart)}` };
    }
  }
  const worst = worstOf([...brokers, ...apps]);
  return worst.health === Health.UNHEALTHY ? { health: Health.DEGRADED, reason: worst.reason } : worst;
}

const severity: Readonly<Record<Health, number>> = { HEALTHY: 0, UNKNOWN: 1, DEGRADED: 2, UNHEALTHY: 3 };

function worstOf(parts: readonly HealthPart[]): HealthVerdict {
  let worst: HealthPart | undefined;
  for (const part of parts) if (worst === undefined || severity[part.health] > severity[worst.health]) worst = part;
  if (worst === undefined || worst.health === Health.HEALTHY) return { health: Health.HEALTHY };
  return { health: worst.health, reason: reasonOf(worst) };
}

function reasonOf({ name, health, reason }: HealthPart): string {
  return `${name}: ${reason ?? (health === Health.UNKNOWN ? 'not measured yet' : health.toLowerCase())}`;
}
