import { missingDescriptions } from '@ocopea/graph';
import { describe, expect, it } from 'vitest';
import { siteSchema, siteSdl } from './schema.js';

describe('the schema of a Site', () => {
  it('describes every type, field, argument and enum value', () => {
    expect(missingDescriptions(siteSchema().schema)).toEqual([]);
  });

  it('says for every root field how it spreads over Sites', () => {
    const roots = [...siteSdl().matchAll(/^(?:type|extend type) (?:Query|Mutation|Subscription) \{\n([\s\S]*?)^\}/gm)].map(([, body]) => body ?? '').join('');
    const fields = [...roots.matchAll(/^ {2}(\w+)(?:\([\s\S]*?^ {2}\)|\([^\n]*\))?: .*$/gm)].map(([line]) => line);
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter((field) => !/@(everySite|oneSite)\(/.test(field))).toEqual([]);
  });

  it('keeps what Sites ask of each other out of the graph of the Hub', () => {
    for (const name of ['receiveCopy', 'pushCopy', 'acceptCopy']) {
      expect(siteSdl()).toMatch(new RegExp(`${name}\\([\\s\\S]*?\\): \\w+! @inaccessible`));
    }
  });
});
