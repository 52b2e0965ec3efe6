import { Kind, visit, type DocumentNode, type NameNode } from 'graphql';

export interface RenamedVariables {
  /** The same object as was given when nothing is renamed. */
  readonly document: DocumentNode;
  /** The client's name for each variable that has another one in `document`. */
  readonly variableNames: ReadonlyMap<string, string>;
}

const noNames: ReadonlyMap<string, string> = new Map();

/** What plans call the variable by which a subgraph is told of entities (`@apollo/query-planner` 2.14.4). */
const ofPlans = 'representations';

/** Gives a client's variable another name where a plan's own has that one: a fetch of entities would declare both. */
export function renameVariables(document: DocumentNode): RenamedVariables {
  const taken = new Set<string>();
  visit(document, {
    Variable({ name }) {
      taken.add(name.value);
    },
  });
  if (!taken.has(ofPlans)) return { document, variableNames: noNames };

  let value = `${ofPlans}__ofClient`;
  while (taken.has(value)) value += '_';
  const name: NameNode = { kind: Kind.NAME, value };
  const renamed = visit(document, { Variable: (variable) => (variable.name.value === ofPlans ? { ...variable, name } : undefined) });
  return { document: renamed, variableNames: new Map([[value, ofPlans]]) };
}

/** What a client gave for its variables, by the names that its plan has for them. */
export function planVariables(variableNames: ReadonlyMap<string, string>, given: Record<string, unknown>): Record<string, unknown> {
  if (variableNames.size === 0) return given;
  const named = { ...given };
  for (const [name, ofClient] of variableNames) {
    if (!Object.hasOwn(named, ofClient)) continue;
    named[name] = named[ofClient];
    delete named[ofClient];
  }
  return named;
}
