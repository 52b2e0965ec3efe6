import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';

export interface RenamedResponses {
  /** The same object as was given when nothing is renamed. */
  readonly document: DocumentNode;
  /** The client's response name for each new one. */
  readonly responseNames: ReadonlyMap<string, string>;
}

const noNames: ReadonlyMap<string, string> = new Map();

/**
 * Gives fields other response names where the client's own would be taken for another field.
 *
 * What a plan needs for itself, keys and requirements, is fetched beside what the client asks for, under the names of
 * its fields: `{ parcels { id: name } }` would have parcels looked up by their name.
 *
 * @param reserved - names of fields that plans need for themselves
 */
export function renameResponses(document: DocumentNode, reserved: ReadonlySet<string>): RenamedResponses {
  const isMisleading = ({ alias, name }: FieldNode): boolean => alias !== undefined && alias.value !== name.value && reserved.has(alias.value);
  const taken = new Set<string>();
  let isMisled = false;
  visit(document, {
    Field(field) {
      taken.add((field.alias ?? field.name).value);
      isMisled ||= isMisleading(field);
    },
  });
  if (!isMisled) return { document, responseNames: noNames };

  const responseNames = new Map<string, string>();
  const renamed = visit(document, {
    Field(field) {
      if (!isMisleading(field)) return undefined;
      const given = field.alias!.value;
      let name = `${given}__as_${field.name.value}`;
      while (taken.has(name)) name += '_';
      responseNames.set(name, given);
      return { ...field, alias: { kind: Kind.NAME, value: name } };
    },
  });
  return { document: renamed, responseNames };
}
