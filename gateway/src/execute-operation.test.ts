import { afterEach, describe, expect, it } from 'vitest';
import { TestFabric } from './test-support/test-fabric.js';

let fabric: TestFabric;
afterEach(() => fabric.close());

describe('a query at the Hub', () => {
  it('joins the Sites with the hub subgraph, both ways', async () => {
    fabric = await TestFabric.start('east', 'west');
    fabric.site('east').addCopy(10);
    fabric.site('west').addCopy(20);

    const fromHub = await fabric.ask('{ sites { id state health } }');
    expect(fromHub.errors).toBeUndefined();
    expect(fromHub.data).toEqual({
      sites: [
        { id: 'east', state: 'CONNECTED', health: 'HEALTHY' },
        { id: 'west', state: 'CONNECTED', health: 'HEALTHY' },
      ],
    });

    const fromSites = await fabric.ask('{ copies(first: 10) { totalCount edges { node { id pinned site { id state } } } } }');
    expect(fromSites.data).toEqual({
      copies: {
        totalCount: 2,
        edges: [
          { node: { id: 'east.copy.0001', pinned: true, site: { id: 'east', state: 'CONNECTED' } } },
          { node: { id: 'west.copy.0001', pinned: true, site: { id: 'west', state: 'CONNECTED' } } },
        ],
      },
    });
  });
});
