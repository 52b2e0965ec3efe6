import { documentCharacters } from '@ocopea/edge';
import type { ErrorCode } from '@ocopea/graph';
import { getOperationAST, GraphQLError, print, validate, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { ComposedGraph } from './composed-graph.js';
import { conditionsOf, conditionVariables, type Conditions, type ConditionVariable } from './planning/conditions.js';
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

/** Plans kept for one document's operation, beside those kept by source: each combination of the variables of its `@skip` and `@include` has one. */
const maxVariants = 64;

/** A client's operation, valid and planned: all that does not depend on its variables, but for those that decide what of it is left out. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly plan: OperationPlan;
}

/** One operation of a document, for each combination of its conditions. */
interface Variants {
  readonly needs: readonly ConditionVariable[];
  readonly prepared: Map<string, PreparedOperation>;
}

interface NewOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName: string | undefined;
  readonly conditions: Conditions;
}

const noVariables: Readonly<Record<string, unknown>> = {};

/**
 * Prepares each different operation once; one with variables in `@skip` or `@include` once for each combination of their values. One cache belongs to one composed graph.
 *
 * A document that the edge has validated is validated again when that was for another schema: the graph may have been composed anew since.
 */
export class OperationCache {
  /** The edge keeps parsed documents, so that the usual case costs no printing. */
  readonly #byDocument = new WeakMap<DocumentNode, Map<string | undefined, Variants>>();
  readonly #bySource = new Map<string, PreparedOperation>();
  #sourceCharacters = 0;

  constructor(private readonly options: OperationCacheOptions) {}

  /**
   * @param variables - as the client gave them, not yet checked
   * @param validFor - a schema that the document was validated against; only this graph's own is relied on
   * @returns the operation, or what is wrong with it: each error has a code
   */
  prepare(document: DocumentNode, operationName: string | undefined, variables = noVariables, validFor?: GraphQLSchema): PreparedOperation | readonly GraphQLError[] {
    const variants = this.#byDocument.get(document)?.get(operationName);
    const known = variants?.prepared.get(keyOf(variants.needs, variables));
    if (known) {
      this.options.onPlanned?.({ wasKnown: true, durationMs: 0 });
      return known;
    }
    const started = performance.now();
    const operation = getOperationAST(document, operationName) ?? undefined;
    const needs = variants?.needs ?? (operation ? conditionVariables(document, operation) : []);
    const key = keyOf(needs, variables);
    const source = `${key}\n${operationName ?? ''}\n${print(document)}`;
    const ofSource = this.#bySource.get(source);
    const prepared = ofSource ?? this.#prepareNew({ document, operation, operationName, conditions: conditionsOf(needs, variables) }, validFor);
    this.options.onPlanned?.({ wasKnown: ofSource !== undefined, durationMs: performance.now() - started });
    if (!('plan' in prepared)) return prepared;
    this.#keep(source, prepared);
    this.#keepVariant(document, operationName, variants ?? { needs, prepared: new Map() }, key, prepared);
    return prepared;
  }

  #prepareNew({ document, operation, operationName, conditions }: NewOperation, validFor: GraphQLSchema | undefined): PreparedOperation | readonly GraphQLError[] {
    const { graph } = this.options;
    const problems = validFor === graph.apiSchema ? [] : validate(graph.apiSchema, document, undefined, { maxErrors: 20 });
    if (problems.length > 0) return problems.map((problem) => withCode(problem, 'GRAPHQL_VALIDATION_FAILED'));
    if (operation) return { document, operation, operationName, plan: graph.plan(document, operationName, conditions) };
    const message = operationName
      ? `the document has no operation named ${JSON.stringify(operationName)}`
      : 'the document has no operation, or several: name one in "operationName"';
    return [withCode(new GraphQLError(message), 'OPERATION_RESOLUTION_FAILURE')];
  }

  #keepVariant(document: DocumentNode, operationName: string | undefined, variants: Variants, key: string, prepared: PreparedOperation): void {
    if (variants.prepared.size >= maxVariants) variants.prepared.clear();
    variants.prepared.set(key, prepared);
    const ofDocument = this.#byDocument.get(document) ?? new Map<string | undefined, Variants>();
    this.#byDocument.set(document, ofDocument.set(operationName, variants));
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

function keyOf(needs: readonly ConditionVariable[], variables: Readonly<Record<string, unknown>>): string {
  return needs.length === 0 ? '' : [...conditionsOf(needs, variables).values()].map((isTrue) => (isTrue ? '1' : '0')).join('');
}

function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { nodes = null, source = null, positions = null } = error;
  return new GraphQLError(error.message, { nodes, source, positions, extensions: { code } });
}
