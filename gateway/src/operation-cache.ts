import { documentCharacters } from '@ocopea/edge';
import type { ErrorCode } from '@ocopea/graph';
import { getOperationAST, GraphQLError, print, validate, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { ComposedGraph } from './composed-graph.js';
import type { OperationPlan } from './planning/operation-plan.js';

export interface OperationCacheOptions {
  readonly graph: ComposedGraph;
  /** Operations kept, by least recent use. @default 20000 */
  readonly maxOperations?: number;
  /** Characters of the sources of all operations kept, as they are printed. @default twice those of documents: printing indents */
  readonly maxSourceCharacters?: number;
  /** Told of every operation that was wanted, and whether it was there. */
  readonly onPlanned?: (plan: { readonly wasKnown: boolean; readonly durationMs: number }) => void;
}

const usualSourceCharacters = 2 * documentCharacters();

/** A client's operation, valid and planned: all that does not depend on its variables. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly plan: OperationPlan;
}

/**
 * Prepares each different operation once. One cache belongs to one composed graph.
 *
 * A document that the edge has validated is validated again when that was for another schema: the graph may have been composed anew since.
 */
export class OperationCache {
  /** The edge keeps parsed documents, so that the usual case costs no printing. */
  readonly #byDocument = new WeakMap<DocumentNode, Map<string | undefined, PreparedOperation>>();
  readonly #bySource = new Map<string, PreparedOperation>();
  #sourceCharacters = 0;

  constructor(private readonly options: OperationCacheOptions) {}

  /**
   * @param validFor - a schema that the document was validated against; only this graph's own is relied on
   * @returns the operation, or what is wrong with it: each error has a code
   */
  prepare(document: DocumentNode, operationName: string | undefined, validFor?: GraphQLSchema): PreparedOperation | readonly GraphQLError[] {
    const known = this.#byDocument.get(document)?.get(operationName);
    if (known) {
      this.options.onPlanned?.({ wasKnown: true, durationMs: 0 });
      return known;
    }
    const started = performance.now();
    const source = `${operationName ?? ''}\n${print(document)}`;
    const ofSource = this.#bySource.get(source);
    const prepared = ofSource ?? this.#prepareNew(document, operationName, validFor);
    this.options.onPlanned?.({ wasKnown: ofSource !== undefined, durationMs: performance.now() - started });
    if (!('plan' in prepared)) return prepared;
    this.#keep(source, prepared);
    const ofDocument = this.#byDocument.get(document) ?? new Map<string | undefined, PreparedOperation>();
    this.#byDocument.set(document, ofDocument.set(operationName, prepared));
    return prepared;
  }

  #prepareNew(document: DocumentNode, operationName: string | undefined, validFor: GraphQLSchema | undefined): PreparedOperation | readonly GraphQLError[] {
    const { graph } = this.options;
    const problems = validFor === graph.apiSchema ? [] : validate(graph.apiSchema, document, undefined, { maxErrors: 20 });
    if (problems.length > 0) return problems.map((problem) => withCode(problem, 'GRAPHQL_VALIDATION_FAILED'));
    const operation = getOperationAST(document, operationName);
    if (operation) return { document, operation, operationName, plan: graph.plan(document, operationName) };
    const message = operationName
      ? `the document has no operation named ${JSON.stringify(operationName)}`
      : 'the document has no operation, or several: name one in "operationName"';
    return [withCode(new GraphQLError(message), 'OPERATION_RESOLUTION_FAILURE')];
  }

  #keep(source: string, prepared: PreparedOperation): void {
    const { maxOperations = 20_000, maxSourceCharacters = usualSourceCharacters } = this.options;
    if (this.#bySource.delete(source)) this.#sourceCharacters -= source.length;
    this.#bySource.set(source, prepared);
    this.#sourceCharacters += source.length;
    for (const oldest of this.#bySource.keys()) {
      if (this.#bySource.size <= maxOperations && this.#sourceCharacters <= maxSourceCharacters) break;
      this.#bySource.delete(oldest);
      this.#sourceCharacters -= oldest.length;
    }
  }
}

function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { nodes = null, source = null, positions = null } = error;
  return new GraphQLError(error.message, { nodes, source, positions, extensions: { code } });
}
