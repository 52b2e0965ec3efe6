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

export interface HealthFigure {
  readonly name: string;
  readonly value: number;
}

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
};

/** The latest observations, in memory: what is remembered from before a restart would be stale. Changes go to the journal. */
export class HealthBoard {
  readonly #observations = new Map<string, HealthObservation>();

  constructor(private readonly journal: Journal) {}

  get(subjectId: string): HealthObservation | undefined {
    return this.#observations.get(subjectId);
  }

  all(): readonly HealthObservation[] {
    return [...this.#observations.values()];
  }

  /** Takes the observations of one round in; journals those that differ from the round before. */
  async record(observations: readonly HealthObservation[]): Promise<void> {
    const changes = observations.flatMap((observation) => {
      const from = this.#observations.get(observation.subject.id)?.health ?? Health.UNKNOWN;
      this.#observations.set(observation.subject.id, observation);
      return from === observation.health ? [] : [{ observation, from }];
    });
    if (changes.length === 0) return;
    await this.journal.append(
      changes.map(({ observation: { subject, health, reason }, from }) => {
        const payload: HealthChangePayload = { subject: { ...subject }, from, to: health, reason: reason ?? null };
        return {
          kind: HEALTH_CHANGED,
          subjectId: subject.id,
          message: `${subject.name} went from ${from.toLowerCase()} to ${health.toLowerCase()}${reason === undefined ? '' : `: ${reason}`}`,
          payload,
        };
      }),
    );
  }

  /** Forgets what is gone. */
  keepOnly(subjectIds: ReadonlySet<string>): void {
    for (const id of this.#observations.keys()) if (!subjectIds.has(id)) this.#observations.delete(id);
  }
}
