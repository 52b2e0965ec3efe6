import { operationFromDocument, Supergraph, type Operation, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { AbsentTypes } from './admit-absent-members.js';
import { decided, type Conditions } from './conditions.js';
import { leaveOutAbsentTypes } from './leave-out-absent-types.js';
import { mapFetches } from './map-fetches.js';
import { mayBeNarrowed, narrowedPlan } from './narrowed-plan.js';
import type { OperationPlan } from './operation-plan.js';
import { planningSupergraph } from './planning-supergraph.js';
import { refuseUnreachable } from './refuse-unreachable.js';
import { renameResponses } from './rename-responses.js';
import { renameVariables } from './rename-variables.js';
import { reservedNames } from './reserved-names.js';
import { restoreStandIns } from './restore-stand-ins.js';
import type { StandIns } from './stand-ins.js';
import { withoutDirectives } from './without-directives.js';

/** Plans operations by `@apollo/query-planner`, and sees to it that it is asked what it answers rightly. */
export class OperationPlanner {
  readonly #supergraph: Supergraph;
  readonly #config: { readonly reuseQueryFragments: boolean };
  readonly #planner: QueryPlanner;
  /** Made when the first operation needs it: it holds a query graph of its own. */
  #narrowingPlanner: QueryPlanner | undefined;
  readonly #planningApiSchema: Schema;
  readonly #standIns: StandIns;
  readonly #absent: AbsentTypes;
  readonly #annexes: ReadonlyMap<string, string>;
  readonly #reservedNames: ReadonlySet<string>;

  /**
   * @param supergraph - the one of `sdl`
   * @param apiSchema - what clients may ask
   */
  constructor(
    supergraph: Supergraph,
    sdl: string,
    private readonly apiSchema: GraphQLSchema,
  ) {
    const planning = planningSupergraph(sdl);
    const ofPlanning = planning.sdl === sdl ? supergraph : Supergraph.build(planning.sdl, { validateSupergraph: false });
    this.#standIns = planning.standIns;
    this.#absent = planning.absent;
    this.#annexes = planning.annexes;
    this.#reservedNames = reservedNames(parse(planning.sdl, { noLocation: true }));
    this.#supergraph = ofPlanning;
    // Fragments that are used twice stay fragments in a plan's documents, which only documents can have that are sent as they are.
    this.#config = { reuseQueryFragments: planning.sdl === sdl };
    this.#planner = new QueryPlanner(ofPlanning, this.#config);
    this.#planningApiSchema = ofPlanning.apiSchema();
  }

  /**
   * Plans one operation of a document that is valid against the API.
   *
   * What `@skip` and `@include` leave out is left out before: the planner loses a condition on its way to some fetches, and a
   * field's requirements to others, and nothing of that can go wrong with an operation that has none.
   *
   * @param conditions - the variables of these, by the client's names
   * @throws GraphQLError NOT_SUPPORTED when no subgraph can answer a part of it
   */
  plan(asked: DocumentNode, operationName: string | undefined, conditions: Conditions = none): OperationPlan {
    const { document: named, variableNames } = renameVariables(withoutDirectives(asked, (name) => this.#planningApiSchema.directive(name) !== undefined));
    const { document, responseNames } = renameResponses(named, this.#reservedNames);
    const ofPlan = renamed(conditions, variableNames);
    const wanted = decided(document, ofPlan);
    const operation = operationFromDocument(this.#planningApiSchema, wanted, { ...(operationName ? { operationName } : {}), validate: false });
    const planned = leaveOutAbsentTypes(this.#narrowed(this.#planner.buildQueryPlan(operation), operation, wanted), this.#absent);
    const plan = withSubgraphsOf(this.#annexes, restoreStandIns(planned, this.#standIns));
    refuseUnreachable(plan, wanted, this.apiSchema);
    return { ...plan, document, conditions: ofPlan, responseNames, variableNames };
  }

  /** The plain plan asks all objects at a path for what any of them needs, and is right all the same: it stays where the other way of planning fails. */
  #narrowed(plan: QueryPlan, operation: Operation, document: DocumentNode): QueryPlan {
    if (!mayBeNarrowed(plan, document)) return plan;
    this.#narrowingPlanner ??= new QueryPlanner(this.#supergraph, { ...this.#config, typeConditionedFetching: true });
    try {
      return narrowedPlan(plan, this.#narrowingPlanner.buildQueryPlan(operation));
    } catch {
      return plan;
    }
  }
}

const none: Conditions = new Map();

/** @param variableNames - the client's name for each that has another one */
function renamed(conditions: Conditions, variableNames: ReadonlyMap<string, string>): Conditions {
  if (variableNames.size === 0) return conditions;
  const names = new Map([...variableNames].map(([name, ofClient]) => [ofClient, name]));
  return new Map([...conditions].map(([ofClient, isTrue]) => [names.get(ofClient) ?? ofClient, isTrue]));
}

function withSubgraphsOf(annexes: ReadonlyMap<string, string>, plan: QueryPlan): QueryPlan {
  return annexes.size === 0 ? plan : mapFetches(plan, (fetch) => ({ ...fetch, serviceName: annexes.get(fetch.serviceName) ?? fetch.serviceName }));
}
