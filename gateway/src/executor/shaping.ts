import { GraphQLError, type FieldNode } from 'graphql';
import type { AnswerPath } from './response-path.js';

/** What was not as the schema says. */
export type ShapingError = GraphQLError & { readonly path: AnswerPath };

/** Errors told to a client of one answer; a list of ten thousand wrong values needs no ten thousand errors. */
const maxErrors = 100;

/** The state of shaping one answer. */
export class Shaping {
  readonly errors: ShapingError[] = [];
  /** Of the object that is being shaped. */
  readonly path: (string | number)[] = [];
  /** How often something was reported, also past the limit: whether a null is accounted for. */
  reports = 0;

  constructor(readonly introspect: (nodes: readonly FieldNode[]) => unknown) {}

  report(key: string | number | undefined, message: string): void {
    this.reports += 1;
    if (this.errors.length >= maxErrors) return;
    const path = key === undefined ? [...this.path] : [...this.path, key];
    this.errors.push(new GraphQLError(message, { path, extensions: { code: 'SUBGRAPH_ANSWER_INVALID' } }) as ShapingError);
  }
}
