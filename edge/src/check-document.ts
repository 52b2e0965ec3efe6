import { queryTooComplex, queryTooDeep } from '@ocopea/graph';
import { outlineDocument, type DefinitionOutline } from './document-outline.js';
import type { EdgeLimits } from './edge-limits.js';

export type DocumentLimits = Pick<EdgeLimits, 'depth' | 'tokens' | 'aliases' | 'rootFields' | 'directives' | 'fields'>;

/**
 * Refuses a document that is too much, before it is parsed. Fragments count where they are spread, as often as they are.
 *
 * @throws QUERY_TOO_DEEP
 * @throws QUERY_TOO_COMPLEX
 */
export function checkDocument(text: string, limits: DocumentLimits): void {
  const outlines = outlineDocument(text, limits);
  const expand = new FragmentExpansion(outlines, limits);
  for (const outline of outlines) {
    const { depth, fields, rootFields } = expand.totals(outline, 0);
    if (depth > limits.depth) throw queryTooDeep(limits.depth);
    if (fields > limits.fields) throw queryTooComplex('fields', limits.fields);
    if (outline.fragmentName === undefined && rootFields > limits.rootFields)
      throw queryTooComplex('root fields', limits.rootFields);
  }
}

interface Totals {
  depth: number;
  fields: number;
  rootFields: number;
}

/** Fragments that spread fragments that spread fragments: further than any sensible document, and short of the stack's end. */
const longestChain = 100;

/** Sums with each fragment worked out once: fragments that double at each step grow exponentially, the work here does not. */
class FragmentExpansion {
  private readonly fragments: ReadonlyMap<string, DefinitionOutline>;
  private readonly known = new Map<DefinitionOutline, Totals>();
  private readonly open = new Set<DefinitionOutline>();

  constructor(
    outlines: readonly DefinitionOutline[],
    private readonly limits: DocumentLimits,
  ) {
    this.fragments = new Map(outlines.flatMap((each) => (each.fragmentName === undefined ? [] : [[each.fragmentName, each]])));
  }

  totals(outline: DefinitionOutline, chain: number): Totals {
    const known = this.known.get(outline);
    if (known !== undefined) return known;
    if (chain > longestChain) throw queryTooDeep(this.limits.depth);
    const totals: Totals = { depth: outline.depth, fields: outline.fields, rootFields: outline.rootFields };
    this.open.add(outline);
    for (const { name, depth, isRoot } of outline.spreads) {
      const fragment = this.fragments.get(name);
      // Unknown fragments and cycles are for validation to refuse.
      if (fragment === undefined || this.open.has(fragment)) continue;
      const inner = this.totals(fragment, chain + 1);
      totals.depth = Math.max(totals.depth, depth + inner.depth - 1);
      totals.fields += inner.fields;
      if (isRoot) totals.rootFields += inner.rootFields;
    }
    this.open.delete(outline);
    this.known.set(outline, totals);
    return totals;
  }
}
