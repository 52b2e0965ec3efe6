import { composeHubSchemas } from '@ocopea/gateway';
import { missingDescriptions } from '@ocopea/graph';
import { siteSchema } from '@ocopea/site';
import { expect, it } from 'vitest';
import { hubSchema } from './hub-schema.js';
import { memberSchema } from './member-schema.js';

it.each([
  ['hub', hubSchema],
  ['member', memberSchema],
])('the schema of the %s describes everything', (_, schemaOf) => {
  expect(missingDescriptions(schemaOf().schema)).toEqual([]);
});

it('composes with the Sites to one graph, in which the Hub knows how it gets on with each', () => {
  const { api } = composeHubSchemas({ siteSdl: siteSchema().sdl, hubSdl: hubSchema().sdl, hubMemberSdl: memberSchema().sdl });
  const site = /type Site implements Node\s*{.*?\n}/s.exec(api)?.[0];
  expect(site).toMatch(/connection: SiteConnection\n/);
  expect(site).toMatch(/health: Health\n/);
  expect(api).toMatch(/restoreCopyAt\(/);
  expect(api).toMatch(/siteConnectionChanged\(/);
  expect(api).not.toMatch(/pushCopy|PushCopyInput|PartGrant/);
});
