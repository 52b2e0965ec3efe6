import type { QueryPlan } from '@apollo/query-planner';
import type { ErrorCode } from '@ocopea/graph';
import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { ComposedGraph } from './composed-graph.js';

export interface OperationCacheOptions {
  readonly graph: ComposedGraph;
  /** Whether clients may ask for the schema. @default true */
  readonly introspection?: boolean;
  /** Operations kept, by least recent use. @default 1000 */
  readonly maxOperations?: number;
  /** Characters of the sources of all operations kept; a plan takes about as much memory as ten times its source. @default 4 Mi */
  readonly maxSourceCharacters?: number;
}

/** A client's operation, parsed, valid and planned: all that does not depend on its variables. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly plan: QueryPlan;
}

/** Prepares each different operation once. One cache belongs to one composed graph. */
export class OperationCache {
  readonly #prepared = new Map<string, PreparedOperation>();
  readonly #rules;
  #sourceCharacters = 0;

  constructor(private readonly options: OperationCacheOptions) {
    this.#rules = options.introspection === false ? [...specifiedRules, NoSchemaIntrospectionCustomRule] : specifiedRules;
  }

  /** @returns the operation, or what is wrong with it: every error has a code. */
  prepare(source: string, operationName: string | undefined): PreparedOperation | readonly GraphQLError[] {
    const key = `${operationName ?? ''}\n${source}`;
    const known = this.#prepared.get(key);
    if (known) {
      this.#prepared.delete(key);
      this.#prepared.set(key, known);
      return known;
    }
    const prepared = this.#prepareNew(source, operationName);
    if (!Array.isArray(prepared)) this.#keep(key, prepared as PreparedOperation);
    return prepared;
  }

  #prepareNew(source: string, operationName: string | undefined): PreparedOperation | GraphQLError[] {
    let document: DocumentNode;
    try {
      document = parse(source);
    } catch (error) {
      return [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')];
    }
    const { graph } = this.options;
    const problems = validate(graph.apiSchema, document, this.#rules, { maxErrors: 20 });
    if (problems.length > 0) return problems.map((problem) => withCode(problem, 'GRAPHQL_VALIDATION_FAILED'));
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      return [
        withCode(
          new GraphQLError(
            operationName
              ? `the document has no operation named ${JSON.stringify(operationName)}`
              : 'the document has no operation, or several: name one in "operationName"',
          ),
          'OPERATION_RESOLUTION_FAILURE',
        ),
      ];
    }
    return { document, operation, operationName, plan: graph.plan(document, operationName) };
  }

  #keep(key: string, prepared: PreparedOperation): void {
    const { maxOperations = 1_000, maxSourceCharacters = 4 * 1024 * 1024 } = this.options;
    this.#prepared.set(key, prepared);
    this.#sourceCharacters += key.length;
    for (const oldest of this.#prepared.keys()) {
      if (this.#prepared.size <= maxOperations && this.#sourceCharacters <= maxSourceCharacters) break;
      this.#prepared.delete(oldest);
      this.#sourceCharacters -= oldest.length;
    }
  }
}

function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { nodes = null, source = null, positions = null } = error;
  return new GraphQLError(error.message, { nodes, source, positions, extensions: { code } });
}
