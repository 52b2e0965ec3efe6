import { afterEach, describe, expect, it } from 'vitest';
import { RequestExplanation } from './request-explanation.js';
import { TestFabric } from './testing/test-fabric.js';

let fabric: TestFabric | undefined;
afterEach(async () => {
  await fabric?.close();
  fabric = undefined;
});

async function explained(source: string, variables: Record<string, unknown> = {}) {
  const explanation = new RequestExplanation();
  const answer = await fabric!.ask(source, variables, undefined, { explanation });
  return { answer, ...explanation.toJSON() };
}

describe('an explanation', () => {
  it('shows the plan, and what each Site and subgraph was asked and how it answered', async () => {
    fabric = await TestFabric.start('east', 'west');
    const { id } = fabric.site('east').addCopy(5);
    const { answer, plan, requests, calls, left } = await explained('query($n: Int) { copies(first: $n) { edges { node { id pinned } } } }', { n: 3 });
    expect(answer.data).toEqual({ copies: { edges: [{ node: { id, pinned: true } }] } });
    expect(plan).toMatch(/^QueryPlan \{\s+Sequence \{\s+Fetch\(service: "site"\)/);
    expect(requests.map(({ to, outcome }) => `${to} ${outcome}`).toSorted()).toEqual(['east ANSWERED', 'hub ANSWERED', 'west ANSWERED']);
    const ofEast = requests.find(({ to }) => to === 'east')!;
    expect(ofEast.document).toBe(fabric.site('east').requests.at(-1)!.query);
    expect(ofEast.variables).toEqual(fabric.site('east').requests.at(-1)!.variables);
    expect(ofEast.bytes).toBeGreaterThan(50);
    expect(ofEast.durationMs).toBeGreaterThan(0);
    expect(calls.map(({ to, attempts, outcome }) => ({ to, attempts, outcome }))).toEqual([
      { to: 'east', attempts: 1, outcome: 'ANSWERED' },
      { to: 'west', attempts: 1, outcome: 'ANSWERED' },
    ]);
    expect(left).toEqual({ requests: 0, calls: 0, characters: 0 });
  });

  it('shows every attempt at a Site that does not answer', async () => {
    fabric = await TestFabric.start('east', 'west');
    await fabric.site('west').stop();
    const { requests, calls } = await explained('{ copies { totalCount } }');
    const ofWest = requests.filter(({ to }) => to === 'west');
    expect(ofWest.map(({ outcome }) => outcome)).toEqual(ofWest.map(() => 'SITE_UNAVAILABLE'));
    expect(calls.find(({ to }) => to === 'west')).toMatchObject({ attempts: ofWest.length, outcome: 'SITE_UNAVAILABLE' });
  });

  it('has no value of a mutation, be it in a variable or in the document, and no token', async () => {
    fabric = await TestFabric.start('east');
    const { requests, plan } = await explained('mutation($id: ID!) { pinCopy(copyId: $id) { id } }', { id: 'east.copy.hunter2' });
    expect(requests[0]!.variables).toEqual({ id: '***' });
    const inDocument = await explained('mutation { pinCopy(copyId: "east.copy.hunter2") { id } }');
    const text = JSON.stringify([requests, plan, inDocument.requests, inDocument.plan]);
    expect(text).toContain('pinCopy');
    expect(text).not.toMatch(/hunter2|east\/admin/);
  });

  it('cuts out what is named like a secret, and long texts', () => {
    const explanation = new RequestExplanation();
    explanation.requested('east', { query: 'query { a }', variables: { filter: { apiToken: 't0p', name: 'x' }, password: 'hunter2', text: 'y'.repeat(300) } }, false)({});
    expect(explanation.toJSON().requests[0]!.variables).toEqual({ filter: { apiToken: '***', name: 'x' }, password: '***', text: `${'y'.repeat(200)}…` });
  });

  it('stays within its bounds, and says what it left out', () => {
    const explanation = new RequestExplanation();
    const query = `query { ${'a'.repeat(30_000)} }`;
    const variables = { representations: Array.from({ length: 5_000 }, (_, index) => ({ id: `east.copy.${index}` })) };
    const call = { member: 'east', operation: 'query', durationMs: 1, outcome: 'ANSWERED', attempts: 1, hedged: false, shared: false, context: undefined } as const;
    for (let times = 0; times < 250; times += 1) {
      explanation.requested('east', { query, variables }, false)({ result: {} });
      explanation.called(call);
    }
    const { requests, calls, left } = explanation.toJSON();
    expect([requests.length, calls.length]).toEqual([200, 200]);
    expect(left).toMatchObject({ requests: 50, calls: 50 });
    expect(left.characters).toBeGreaterThan(1_000_000);
    expect(JSON.stringify(explanation).length).toBeLessThan(400_000);
    expect(requests[0]!.variables).toEqual({ representations: '…' });
  });
});
