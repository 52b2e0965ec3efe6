import type { GraphQLDataSource } from '@apollo/gateway';
import type { FetchNode } from '@apollo/query-planner';
import { compileRewrites } from './data-rewrites.js';
import type { HasKey } from './entity-keys.js';
import { isJsonObject, type JsonObject } from './json.js';
import { mergeData } from './merge-data.js';
import type { Cursor, PlanRun, PlanStep } from './plan-run.js';
import { compileRepresentation } from './representation.js';
import { answerPathsOf, type AnswerPath } from './response-path.js';
import { subgraphError, type SubgraphError } from './subgraph-errors.js';
import type { TypeConditions } from './type-conditions.js';

/** Compiles a fetch. What fails in it costs its own fields only. */
export function compileFetch(fetch: FetchNode, types: TypeConditions, hasKey: HasKey): PlanStep {
  const fetchStep = fetch.requires ? entityFetch(fetch, types, hasKey) : rootFetch(fetch, types);
  return async (run, cursor) => {
    try {
      await fetchStep(run, cursor);
    } catch (error) {
      run.errors.push(error);
    }
  };
}

function rootFetch(fetch: FetchNode, types: TypeConditions): PlanStep {
  const rewrite = compileRewrites(fetch.outputRewrites, types);
  return async (run, cursor) => {
    const { data, errors } = await send(fetch, run, cursor, variablesOf(fetch, run));
    for (const error of errors) report(run, fetch, error, error.path && [...cursor.path.names.filter((each) => each !== '@'), ...error.path]);
    if (!isJsonObject(data)) return;
    rewrite?.(data);
    cursor.objects.forEach((object, index) => mergeData(object, index === 0 ? data : structuredClone(data)));
  };
}

/** One request for all entities at a path, those that are the same asked for once. */
function entityFetch(fetch: FetchNode, types: TypeConditions, hasKey: HasKey): PlanStep {
  const represent = compileRepresentation(fetch, types, hasKey);
  const rewrite = compileRewrites(fetch.outputRewrites, types);
  return async (run, cursor) => {
    const { representations, entitiesOf } = represented(cursor.objects, represent);
    if (representations.length === 0) return;
    const { data, errors } = await send(fetch, run, cursor, { ...variablesOf(fetch, run), representations });
    if (errors.length > 0) reportAtEntities(run, fetch, cursor, errors, entitiesOf);
    if (!isJsonObject(data)) return;
    const entities = data['_entities'];
    if (entities === null && errors.length > 0) return;
    if (!Array.isArray(entities) || entities.length !== representations.length) {
      throw new Error(`subgraph "${fetch.serviceName}" was asked for ${representations.length} entities and answered with ${Array.isArray(entities) ? entities.length : typeof entities}`);
    }
    for (let index = 0; index < entities.length; index++) {
      const received: unknown = entities[index];
      if (!isJsonObject(received)) continue;
      const targets = entitiesOf[index]!;
      received['__typename'] ??= cursor.objects[targets[0]!]!['__typename'];
      rewrite?.(received);
      for (let nth = targets.length - 1; nth >= 0; nth--) mergeEntity(cursor.objects[targets[nth]!]!, nth === 0 ? received : structuredClone(received), types);
    }
  };
}

/** A subgraph that knows an interface as one object names that; who knows better stays right. */
function mergeEntity(entity: JsonObject, received: JsonObject, types: TypeConditions): void {
  const { __typename: known } = entity;
  mergeData(entity, received);
  if (types.isObject(known) && !types.isObject(received['__typename'])) entity['__typename'] = known;
}

interface Represented {
  readonly representations: readonly JsonObject[];
  /** For each representation, the entities that it stands for: indices in the cursor's objects. */
  readonly entitiesOf: readonly number[][];
}

function represented(objects: readonly JsonObject[], represent: (entity: JsonObject) => JsonObject | undefined): Represented {
  const representations: JsonObject[] = [];
  const entitiesOf: number[][] = [];
  const indexOf = new Map<string, number>();
  objects.forEach((object, entity) => {
    const representation = represent(object);
    if (!representation) return;
    const text = JSON.stringify(representation);
    const known = indexOf.get(text);
    if (known !== undefined) {
      entitiesOf[known]!.push(entity);
      return;
    }
    indexOf.set(text, representations.length);
    representations.push(representation);
    entitiesOf.push([entity]);
  });
  return { representations, entitiesOf };
}

function variablesOf({ variableUsages = [] }: FetchNode, { variables }: PlanRun): JsonObject {
  const used: JsonObject = {};
  for (const name of variableUsages) {
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) used[name] = variables[name];
  }
  return used;
}

interface Answer {
  readonly data: unknown;
  readonly errors: readonly SubgraphError[];
}

async function send(fetch: FetchNode, run: PlanRun, cursor: Cursor, variables: JsonObject): Promise<Answer> {
  const dataSource = run.dataSources.get(fetch.serviceName);
  if (!dataSource) throw new Error(`invariant: no data source for subgraph "${fetch.serviceName}"`);
  const call = {
    kind: 'incoming operation',
    request: { query: fetch.operation, variables, operationName: fetch.operationName },
    context: run.context,
    document: fetch.operationDocumentNode,
    pathInIncomingRequest: cursor.path.names,
  } as unknown as Parameters<GraphQLDataSource['process']>[0];
  const { data, errors } = await dataSource.process(call);
  return { data, errors: (errors ?? []) as readonly SubgraphError[] };
}

/** An error below `_entities`, index and all, is one of each entity that was represented there. */
function reportAtEntities(run: PlanRun, fetch: FetchNode, { path }: Cursor, errors: readonly SubgraphError[], entitiesOf: Represented['entitiesOf']): void {
  const answerPaths = answerPathsOf(run.root, path);
  const firstList = path.names.indexOf('@');
  const common: AnswerPath = firstList < 0 ? path.names : path.names.slice(0, firstList);
  for (const error of errors) {
    const [, index, ...below] = error.path ?? [];
    const targets = typeof index === 'number' ? entitiesOf[index] : undefined;
    if (!targets) report(run, fetch, error, error.path && common);
    else for (const target of targets) report(run, fetch, error, [...(answerPaths[target] ?? common), ...below]);
  }
}

function report(run: PlanRun, { serviceName }: FetchNode, error: SubgraphError, path: AnswerPath | undefined): void {
  const ofClient = path?.map((each) => (typeof each === 'string' ? (run.responseNames.get(each) ?? each) : each));
  run.errors.push(subgraphError(error, serviceName, ofClient));
}
