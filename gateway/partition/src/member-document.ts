import { Kind, print, type FieldNode, type OperationTypeNode, type VariableDefinitionNode } from 'graphql';
import { pruneRoot, type MemberKnowledge } from './member-knowledge.js';
import { responseKey, usedVariables } from './selections.js';

/** An operation for members of one schema version. */
export interface MemberDocument {
  /** `undefined` when the schema has nothing of it. */
  query: string | undefined;
  /** What of the client's variables goes with it. */
  variableNames: readonly string[];
  /** Response keys of the root fields in it. */
  asked: ReadonlySet<string>;
  /** Coordinates that were left out, by response key. */
  missing: ReadonlyMap<string, readonly string[]>;
}

export interface MemberDocumentOptions {
  operation: 'query' | 'mutation' | 'subscription';
  roots: readonly FieldNode[];
  variableDefinitions: readonly VariableDefinitionNode[];
  variables: Record<string, unknown>;
  knowledge: MemberKnowledge;
}

export function buildMemberDocument(options: MemberDocumentOptions): MemberDocument {
  const { knowledge, operation } = options;
  const nodes: FieldNode[] = [];
  const missing = new Map<string, readonly string[]>();
  for (const root of options.roots) {
    if (knowledge.kind === 'all') nodes.push(root);
    if (knowledge.kind === 'nothing') missing.set(responseKey(root), [root.name.value]);
    if (knowledge.kind === 'some') {
      const pruned = pruneRoot(root, { ...options, schema: knowledge.schema });
      if (pruned.node) nodes.push(pruned.node);
      if (pruned.missing.length > 0) missing.set(responseKey(root), pruned.missing);
    }
  }
  const used = usedVariables(...nodes);
  const variableDefinitions = options.variableDefinitions.filter(({ variable }) => used.has(variable.name.value));
  return {
    query: nodes.length === 0 ? undefined : printOperation(operation, nodes, variableDefinitions),
    variableNames: variableDefinitions.map(({ variable }) => variable.name.value),
    asked: new Set(nodes.map(responseKey)),
    missing,
  };
}

function printOperation(operation: string, selections: readonly FieldNode[], variableDefinitions: readonly VariableDefinitionNode[]): string {
  return print({
    kind: Kind.OPERATION_DEFINITION,
    operation: operation as OperationTypeNode,
    variableDefinitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  });
}
