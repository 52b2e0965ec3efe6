import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { SiteReport } from '@ocopea/partition';
import type { GatewayContext } from './gateway-context.js';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;
type Entities = (Record<string, unknown> | null)[];
type EntityError = NonNullable<Answer['errors']>[number];

interface Waiting {
  readonly representations: readonly unknown[];
  readonly context: GatewayContext;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly options: GraphQLDataSourceProcessOptions;
  readonly others: Record<string, unknown>;
  readonly waiting: Waiting[];
  size: number;
}

/** Entities of one fetch; what is beyond goes into the next. */
const MAX_ENTITIES = 500;

/**
 * A data source for events of one caller that are completed at the same time: the same fetch of entities for several of them is
 * sent once, with each entity in it once.
 */
export class EntityBatches implements GraphQLDataSource {
  readonly #batches = new Map<string, Batch>();

  constructor(private readonly source: GraphQLDataSource) {}

  process(options: GraphQLDataSourceProcessOptions): Promise<Answer> {
    const { representations, ...others } = options.request.variables ?? {};
    if (!Array.isArray(representations)) return this.source.process(options);
    const context = options.context as GatewayContext;
    const key = JSON.stringify([options.request.query, others]);
    const known = this.#batches.get(key);
    const batch = known && known.size + representations.length <= MAX_ENTITIES ? known : this.#begin(key, options, others);
    batch.size += representations.length;
    return new Promise((resolve, reject) => batch.waiting.push({ representations, context, resolve, reject }));
  }

  #begin(key: string, options: GraphQLDataSourceProcessOptions, others: Record<string, unknown>): Batch {
    const batch: Batch = { options, others, waiting: [], size: 0 };
    this.#batches.set(key, batch);
    // After all that runs now: events that were completed together have come to the same fetch by then.
    process.nextTick(() => {
      if (this.#batches.get(key) === batch) this.#batches.delete(key);
      void this.#send(batch);
    });
    return batch;
  }

  async #send({ options, others, waiting }: Batch): Promise<void> {
    const places = new Map<string, number>();
    const entities: unknown[] = [];
    const placesOf = waiting.map(({ representations }) =>
      representations.map((representation) => {
        const text = JSON.stringify(representation);
        const known = places.get(text);
        if (known !== undefined) return known;
        places.set(text, entities.length);
        return entities.push(representation) - 1;
      }),
    );
    const siteReport = new SiteReport();
    // Of all events a few are traced; what is fetched for others as well belongs to the trace of one.
    const { context } = waiting.find((each) => each.context.trace !== undefined) ?? waiting[0]!;
    try {
      const answer = await this.source.process({
        ...options,
        request: { ...options.request, variables: { ...others, representations: entities } },
        context: { ...context, siteReport } as unknown as typeof options.context,
      });
      const answered = new Set<number>();
      for (const [index, each] of waiting.entries()) {
        for (const entry of siteReport.entries()) each.context.siteReport.add(entry);
        each.resolve(partOf(answer, placesOf[index]!, answered));
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}

/** The share of one event. Whoever gets it may change it, so that an entity that was given before is copied. */
function partOf({ data, errors, ...rest }: Answer, places: readonly number[], given: Set<number>): Answer {
  const all = data?.['_entities'] as Entities | null | undefined;
  const entities = all?.map && places.map((place) => {
    const entity = all[place] ?? null;
    if (!given.has(place)) {
      given.add(place);
      return entity;
    }
    return structuredClone(entity);
  });
  const own = errors?.flatMap((error) => placedErrors(error, places));
  return { ...rest, data: data && { ...data, ...(entities ? { _entities: entities } : {}) }, ...(own && own.length > 0 ? { errors: own } : {}) } as Answer;
}

/** An error at an entity belongs to those who asked for it, one without a place to all. */
function placedErrors(error: EntityError, places: readonly number[]): EntityError[] {
  const [root, place, ...path] = error.path ?? [];
  if (root !== '_entities' || typeof place !== 'number') return [error];
  return places.flatMap((each, index) => (each === place ? [{ ...error, message: error.message, path: ['_entities', index, ...path] } as EntityError] : []));
}
