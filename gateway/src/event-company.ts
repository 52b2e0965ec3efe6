import type { GraphQLDataSource } from '@apollo/gateway';
import { CommonDeadline } from './common-deadline.js';
import { EntityBatches } from './entity-batches.js';
import { EventPace } from './event-pace.js';
import type { GraphGeneration } from './graph-generation.js';

/** By generation and identity. Those of callers who have left are gone by themselves. */
const companies = new WeakMap<GraphGeneration, Map<string, WeakRef<EventCompany>>>();

/** What events of one caller have together: when they are completed, and sources that put their fetches together. */
export class EventCompany {
  readonly pace = new EventPace();
  readonly sources: ReadonlyMap<string, GraphQLDataSource>;

  #deadline: CommonDeadline | undefined;

  private constructor({ dataSources }: GraphGeneration) {
    this.sources = new Map([...dataSources].map(([name, source]) => [name, new EntityBatches(source)]));
  }

  /** @param identity - all that subgraphs know of the caller; `undefined` for a company of its own */
  static of(generation: GraphGeneration, identity: string | undefined): EventCompany {
    if (identity === undefined) return new EventCompany(generation);
    let ofGeneration = companies.get(generation);
    if (!ofGeneration) companies.set(generation, (ofGeneration = new Map()));
    const known = ofGeneration.get(identity)?.deref();
    if (known) return known;
    // The names of those who have left are not gone by themselves.
    for (const [other, company] of ofGeneration) if (!company.deref()) ofGeneration.delete(other);
    const company = new EventCompany(generation);
    ofGeneration.set(identity, new WeakRef(company));
    return company;
  }

  /**
   * Runs `work` with a signal that is aborted after `deadlineMs`, the same for all that is begun in one tick.
   *
   * @param deadlineMs - always the same
   * @param signal - aborts the work as well; always the same, or none
   */
  within<T>(deadlineMs: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (!this.#deadline || this.#deadline.isOver) {
      this.#deadline = new CommonDeadline(deadlineMs, signal);
      process.nextTick(() => (this.#deadline = undefined));
    }
    return this.#deadline.run(work);
  }
}
