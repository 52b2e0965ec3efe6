import { parse, TypeNameMetaFieldDef, visit, type DocumentNode } from 'graphql';
import { argument } from './join-directives.js';

/** Names of all fields that the plans of a supergraph may fetch for themselves: those of keys and requirements. */
export function reservedNames(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>([TypeNameMetaFieldDef.name]);
  visit(supergraph, {
    Directive(directive) {
      if (directive.name.value !== 'join__type' && directive.name.value !== 'join__field') return false;
      for (const fields of [argument(directive as never, 'key'), argument(directive as never, 'requires')]) {
        if (typeof fields === 'string') addNames(fields, names);
      }
      return false;
    },
  });
  return names;
}

function addNames(fields: string, names: Set<string>): void {
  visit(parse(`{ ${fields} }`, { noLocation: true }), {
    Field({ name }) {
      names.add(name.value);
    },
  });
}
