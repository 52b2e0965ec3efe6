import { readFileSync } from 'node:fs';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { checkDocument } from './check-document.js';
import { defaultEdgeLimits } from './edge-limits.js';
import { readKnownDocuments } from './known-documents.js';
import { CompiledCost, type FieldSpread, type SpreadRule } from './operation-cost.js';

const pathOf = (path: string) => new URL(`../../${path}`, import.meta.url);
const schema = buildSchema(readFileSync(pathOf('schema/api.graphql'), 'utf8'));
const siteSdl = readFileSync(pathOf('schema/site.graphql'), 'utf8');
const documents = JSON.parse(readFileSync(pathOf('sdk/src/generated/persisted-documents.json'), 'utf8')) as Record<string, string>;

/** By the schema of a Site: which merge a root field has. */
const rules = new Map<string, SpreadRule>(
  parse(siteSdl).definitions.flatMap((definition) =>
    definition.kind === 'ObjectTypeDefinition' && ['Query', 'Subscription'].includes(definition.name.value)
      ? (definition.fields ?? []).flatMap((field) => {
          const merge = field.directives?.find(({ name }) => name.value === 'everySite')?.arguments?.find(({ name }) => name.value === 'merge')?.value;
          return merge?.kind === 'EnumValue' ? [[field.name.value, { merge: merge.value as SpreadRule['merge'] }] as const] : [];
        })
      : [],
  ),
);
const spread: FieldSpread = { sites: () => 100, ruleOf: (_, field) => rules.get(field) };

describe('the documents of the SDK', () => {
  it.each(Object.values(documents).map((text) => [/(query|mutation|subscription) (\w+)/.exec(text)![2]!, text]))(
    '%s is within the limits, and costs a fifth of what it may at most, with the longest page over a hundred Sites',
    (_, text) => {
      expect(() => checkDocument(text, defaultEdgeLimits)).not.toThrow();
      const document = parse(text);
      const compiled = new CompiledCost({ schema, document, operation: getOperationAST(document)!, pageSize: 50, assumedListSize: defaultEdgeLimits.listSize, spread, rules: new WeakMap() });
      expect(compiled.evaluate({ first: 500 }).cost).toBeLessThan(defaultEdgeLimits.cost / 5);
    },
  );

  it('are counted for each Site', () => {
    expect(rules.get('copies')).toEqual({ merge: 'CONNECTION' });
    expect(rules.size).toBeGreaterThan(5);
  });

  it('are a manifest as they are generated', async () => {
    const known = await readKnownDocuments([pathOf('sdk/src/generated/persisted-documents.json').pathname]);
    expect(known.size).toBe(Object.keys(documents).length);
    for (const [id, text] of Object.entries(documents)) expect([known.byId(id), known.nameOf(text)]).toEqual([text, expect.any(String)]);
  });
});
