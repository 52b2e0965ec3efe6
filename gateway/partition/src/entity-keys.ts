import { Kind, parse, type SelectionSetNode, type TypeDefinitionNode, type TypeNode } from 'graphql';
import type { EntityKey } from './partition-plan.js';
import { keysOf, type SubgraphSdl } from './subgraph-sdl.js';

export interface CompiledKeys {
  keys: Map<string, EntityKey[]>;
  /** What is wrong, each naming its type. */
  problems: string[];
}

/**
 * The resolvable keys of the subgraph's entities. An entity is fetched from its owner, which an id in its key tells: a key without
 * any field of type `ID` leads nowhere.
 */
export function compileKeys(sdl: SubgraphSdl): CompiledKeys {
  const keys = new Map<string, EntityKey[]>();
  const problems: string[] = [];
  for (const type of sdl.types.values()) {
    for (const { fields, isResolvable } of keysOf(type)) {
      if (!isResolvable) continue;
      const selection = parsedFields(fields);
      const idPaths = selection ? pathsToIds(sdl, type, selection) : [];
      if (idPaths.length === 0) {
        problems.push(`${type.name.value} has the key "${fields}", which does not tell the member that owns it; use a key with a field of type ID, or resolvable: false`);
        continue;
      }
      const known = keys.get(type.name.value) ?? [];
      keys.set(type.name.value, [...known, { fields: fields.trim().replace(/\s+/g, ' '), idPaths: idPaths.sort(idFirst) }]);
    }
  }
  return { keys, problems };
}

function parsedFields(fields: string): SelectionSetNode | undefined {
  try {
    const [definition] = parse(`{${fields}}`, { noLocation: true }).definitions;
    return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
  } catch {
    return undefined;
  }
}

function pathsToIds(sdl: SubgraphSdl, type: TypeDefinitionNode, selectionSet: SelectionSetNode): string[][] {
  if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return selectionSet.selections.flatMap((selection): string[][] => {
    if (selection.kind !== Kind.FIELD) return [];
    const name = selection.name.value;
    const field = type.fields?.find((candidate) => candidate.name.value === name);
    if (!field) return [];
    const typeName = namedType(field.type);
    if (!selection.selectionSet) return typeName === 'ID' ? [[name]] : [];
    const inner = sdl.types.get(typeName);
    return inner ? pathsToIds(sdl, inner, selection.selectionSet).map((path) => [name, ...path]) : [];
  });
}

/** The entity's own id tells more than that of something it belongs to. */
function idFirst(a: readonly string[], b: readonly string[]): number {
  return Number(b.join('.') === 'id') - Number(a.join('.') === 'id') || a.length - b.length;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
