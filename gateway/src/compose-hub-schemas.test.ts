import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composeHubSchemas } from './compose-hub-schemas.js';
import { TestHub } from './testing/test-hub.js';
import { testSiteSdl } from './testing/test-site-schema.js';

const hub = new TestHub();

describe('composeHubSchemas', () => {
  it('keeps the partition rules in the supergraph and out of the API', () => {
    const { supergraph, api } = composeHubSchemas({ siteSdl: testSiteSdl, hubSdl: hub.subgraph.sdl, hubMemberSdl: hub.member.sdl });
    expect(supergraph).toContain('@everySite(merge: CONNECTION)');
    expect(api).not.toMatch(/everySite|oneSite|PartitionMerge|join__|_entities/);
    expect(Object.keys(buildSchema(api).getQueryType()!.getFields())).toEqual(['copies', 'copy', 'copyStatistics', 'operation', 'sites', 'whoAmI']);
  });

  it('gives the same text each time', () => {
    const sources = { siteSdl: testSiteSdl, hubSdl: hub.subgraph.sdl };
    expect(composeHubSchemas(sources)).toEqual(composeHubSchemas(sources));
  });

  it('names the field that has no partition rule', () => {
    const siteSdl = testSiteSdl.replace('copyStatistics(sites: [ID!]): CopyStatistics @everySite(merge: SUM)', 'copyStatistics: CopyStatistics');
    expect(() => composeHubSchemas({ siteSdl, hubSdl: hub.subgraph.sdl })).toThrow(/copyStatistics/);
  });
});
