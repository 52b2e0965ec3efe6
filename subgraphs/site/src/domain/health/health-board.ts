import type { Journal } from '@ocopea/operations';
import { Health, type HealthVerdict } from './roll-up-health.js';

/** Kinds of things whose health is told. */
export const HealthSubjectKind = {
  SITE: 'SITE',
  APP_INSTANCE: 'APP_INSTANCE',
  APP_SERVICE: 'APP_SERVICE',
  DATA_SERVICE: 'DATA_SERVICE',
  BROKER: 'BROKER',
} as const;
export type HealthSubjectKind = (typeof HealthSubjectKind)[keyof typeof HealthSubjectKind];

export interface HealthSubject {
  readonly id: string;
  readonly kind: HealthSubjectKind;
  readonly name: string;
}

export type HealthFigure = {
  readonly name: string;
  readonly value: number;
};

/** What was measured last. */
export interface HealthObservation extends HealthVerdict {
  readonly subject: HealthSubject;
  readonly figures: readonly HealthFigure[];
  readonly observedAt: Date;
}

/** Journal kind of a change of health. */
export const HEALTH_CHANGED = 'health.changed';

/** The payload of a {@link HEALTH_CHANGED} entry. */
export type HealthChangePayload = {
  readonly subject: { readonly id: string; readonly kind: HealthSubjectKind; readonly name: string };
  readonly from: Health;
  readonly to: Health;
  readonly reason: string | null;
  /** Absent in entries of earlier releases. */
  readonly figures?: HealthFigure[];
};

/** Figures of one thing are told no more often, unless its health changes. */
const figuresEveryMs = 60_000;
/** A figure that has moved by less of what was told last is no news. */
const notableShare = 0.1;

/**
 * The latest observations, in memory: what is remembered from before a restart would be stale. Changes go to the journal: those of
 * health at once, those of figures when they are notable.
 */
export class HealthBoard {
  readonly #observations = new Map<string, HealthObservation>();
  /** What was told last of each. */
  readonly #told = new Map<string, HealthObservation>();

  constructor(private readonly journal: Journal) {}

  get(subjectId: string): HealthObservation | undefined {
    return this.#observations.get(subjectId);
  }

  all(): readonly HealthObservation[] {
    return [...this.#observations.values()];
  }

  /** Takes the observations of one round in; journals what is news. */
  async record(observations: readonly HealthObservation[]): Promise<void> {
    const news = observations.flatMap((observation) => {
      const { id } = observation.subject;
      const from = this.#observations.get(id)?.health ?? Health.UNKNOWN;
      this.#observations.set(id, observation);
      if (from === observation.health && !hasNotableFigures(observation, this.#told.get(id))) return [];
      this.#told.set(id, observation);
      return [{ observation, from }];
    });
    if (news.length === 0) return;
    await this.journal.append(
      news.map(({ observation, from }) => {
        const { subject, health, reason, figures } = observation;
        const payload: HealthChangePayload = { subject: { ...subject }, from, to: health, reason: reason ?? null, figures: [...figures] };
        return { kind: HEALTH_CHANGED, subjectId: subject.id, message: messageOf(observation, from), payload };
      }),
    );
  }

  /** Forgets what is gone. */
  keepOnly(subjectIds: ReadonlySet<string>): void {
    for (const known of [this.#observations, this.#told]) for (const id of known.keys()) if (!subjectIds.has(id)) known.delete(id);
  }
}

function messageOf({ subject, health, reason, figures }: HealthObservation, from: Health): string {
  if (from === health) return `${subject.name}: ${figures.map(({ name, value }) => `${name} ${value}`).join(', ')}`;
  return `${subject.name} went from ${from.toLowerCase()} to ${health.toLowerCase()}${reason === undefined ? '' : `: ${reason}`}`;
}

/** One that has come, gone or moved by much, some time after the last were told. */
export function hasNotableFigures({ figures, observedAt }: HealthObservation, told: HealthObservation | undefined): boolean {
  if (figures.length === 0) return false;
  if (told === undefined) return true;
  if (observedAt.getTime() - told.observedAt.getTime() < figuresEveryMs) return false;
  const before = new Map(told.figures.map(({ name, value }) => [name, value]));
  return figures.length !== before.size || figures.some(({ name, value }) => hasMoved(before.get(name), value));
}

/** By a tenth of what it was, or more. */
function hasMoved(before: number | undefined, now: number): boolean {
  return before === undefined || (now !== before && Math.abs(now - before) >= notableShare * Math.abs(before));
}
