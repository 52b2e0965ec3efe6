import { visit, type DirectiveNode, type DocumentNode } from 'graphql';

/**
 * A client's document as the planner is to see it: without the directives that subgraphs composed into the supergraph for whom serves it. Which of the
 * subgraphs would know them there is not in the supergraph, and one that does not refuses the whole fetch.
 *
 * @param isKnown - whether plans may have a directive of this name
 * @returns the same object when there are none
 */
export function withoutDirectives(document: DocumentNode, isKnown: (name: string) => boolean): DocumentNode {
  return visit(document, { Directive: (directive: DirectiveNode) => (isKnown(directive.name.value) ? undefined : null) });
}
