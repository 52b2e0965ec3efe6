import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Federation } from './federation.js';
import { createCopyDocument, deployDocument, oneDatabase, type CreateCopyPayload, type DeployPayload } from './documents.js';

let federation: Federation;
const apps = new Map<string, string>();
const copies = new Map<string, string>();

beforeAll(async () => {
  federation = await Federation.start('east', 'north', 'west');
  await Promise.all(
    federation.siteIds.map(async (siteId) => {
      const { appInstance } = await federation.hub.run<DeployPayload>(deployDocument, { siteId, name: 'guestbook', manifest: oneDatabase });
      const { copy } = await federation.hub.run<CreateCopyPayload>(createCopyDocument, { appInstanceId: appInstance.id });
      apps.set(siteId, appInstance.id);
      copies.set(siteId, copy.id);
    }),
  );
}, 300_000);
afterAll(() => federation[Symbol.asyncDispose]());

describe('a question about everything, asked at a Site and at the Hub', () => {
  it.each([
    ['appInstances', '{ rows: appInstances(first: 50) { edges { node { id name phase site { id } dataServices { id name plan } copies { totalCount } } } } }'],
    ['copies', '{ rows: copies(first: 50) { edges { node { id usable outcome consistency bytes takenAt site { id } appInstance { id name } parts { format hash } } } } }'],
    ['copies, filtered and in another order', '{ rows: copies(first: 50, filter: { appInstanceName: "guestbook", verified: true, text: "gue", labels: [{ key: "env", not: true }] }, orderBy: { field: VERIFIED_AT, direction: ASC }) { edges { node { id notes labels { key } } } } }'],
    ['dataServices', '{ rows: dataServices(first: 50) { edges { node { id name protocol broker { id } site { id } } } } }'],
    ['operations', '{ rows: operations(first: 50) { edges { node { id kind phase outcome subjectId progress { bytesDone bytesTotal } } } } }'],
    ['copies, backwards and with fragments', 'query($last: Int = 50) { rows: copies(last: $last) { ...Rows } } fragment Rows on CopyConnection { edges { node { ... on Copy { id lineage { sentToCopyIds } } } } }'],
  ])('is answered in the same form: %s', async (_name, document) => {
    const all = rowsOf(await federation.hub.get<Rows>(document));
    for (const siteId of federation.siteIds) {
      const own = rowsOf(await federation.site(siteId).get<Rows>(document));
      expect(own.length).toBeGreaterThan(0);
      expect(all.filter(({ id }) => id.startsWith(`${siteId}.`))).toEqual(own);
    }
  });

  it.each([
    ['brokers', '{ rows: brokers { id kind name site { id } } }'],
    ['copyRepositories', '{ rows: copyRepositories { id name site { id } broker { id } } }'],
  ])('is answered in the same form: %s', async (_name, document) => {
    const all = (await federation.hub.get<{ rows: { id: string }[] }>(document)).rows;
    for (const siteId of federation.siteIds) {
      const own = (await federation.site(siteId).get<{ rows: { id: string }[] }>(document)).rows;
      expect(own.length).toBeGreaterThan(0);
      expect(all.filter(({ id }) => id.startsWith(`${siteId}.`))).toEqual(own);
    }
  });

  it('adds up', async () => {
    const document = '{ copyStatistics { copies usableCopies logicalBytes } }';
    const ofSites = await Promise.all(federation.siteIds.map((siteId) => federation.site(siteId).get<Statistics>(document)));
    const { copyStatistics } = await federation.hub.get<Statistics>(document);
    for (const figure of ['copies', 'usableCopies', 'logicalBytes'] as const) {
      expect(copyStatistics[figure]).toBe(ofSites.reduce((sum, each) => sum + each.copyStatistics[figure], 0));
    }
    expect(copyStatistics.usableCopies).toBe(3);
  });

  it('narrows to the Sites that are named', async () => {
    const { copies: some } = await federation.hub.get<{ copies: { totalCount: number; edges: { node: { id: string } }[] } }>(
      '{ copies(sites: ["west"]) { totalCount edges { node { id } } } }',
    );
    expect(some).toEqual({ totalCount: 1, edges: [{ node: { id: copies.get('west') } }] });
  });
});

describe('a question about one thing, asked at its Site and at the Hub', () => {
  it.each([
    ['appInstance', 'query($id: ID!) { appInstance(id: $id) { id name phase site { id health } manifest { dataServices { name protocol } } } }', apps],
    ['copy', 'query($id: ID!) { copy(id: $id) { id usable parts { id logicalBytes } appInstance { id name } } }', copies],
    ['node', 'query($id: ID!) { node(id: $id) { __typename id ... on Copy { usable } } }', copies],
  ])('has the same answer: %s', async (_name, document, ids) => {
    for (const [siteId, id] of ids) {
      expect(await federation.hub.get(document, { id })).toEqual(await federation.site(siteId).get(document, { id }));
    }
  });

  it.each([
    ['an id that nothing has', 'query { copy(id: "east.copy.0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee") { id } }'],
    ['an id of the wrong kind', 'query($id: ID!) { copy(id: $id) { id } }'],
    ['a text that is no id', 'query { copy(id: "east.nonsense") { id } }'],
    ['a page that is too large', 'query { copies(first: 100000, sites: ["east"]) { totalCount } }'],
  ])('has the same outcome for %s', async (_name, document) => {
    const variables = { id: apps.get('east') };
    const [atSite, atHub] = [await federation.site('east').ask(document, variables), await federation.hub.ask(document, variables)];
    expect(atHub.data).toEqual(atSite.data);
    expect(atHub.errors?.map(({ message, path, extensions }) => ({ message, path, code: extensions.code }))).toEqual(
      atSite.errors?.map(({ message, path, extensions }) => ({ message, path, code: extensions.code })),
    );
  });
});

describe('the lineage of a copy that was sent', () => {
  const document = `query($id: ID!) { copy(id: $id) {
    takenOf { id name site { id } } origin { id usable site { id } } sentTo { id usable site { id } } lineage { originCopyId sentToCopyIds }
  } }`;

  it('is followed over all Sites at the Hub, and what a Site that is away would say is missing and said to be', async () => {
    const copyId = copies.get('east')!;
    const { rows } = await federation.hub.get<{ rows: { id: string }[] }>('{ rows: copyRepositories(sites: ["west"]) { id } }');
    await federation.hub.run('mutation($input: SendCopyInput!) { sendCopy(input: $input) { operation { id } } }', { copyId, repositoryId: rows[0]!.id });
    const takenOf = { id: apps.get('east'), name: 'guestbook', site: { id: 'east' } };

    const sent = (await federation.hub.get<{ copy: Lineage }>(document, { id: copyId })).copy;
    expect(sent).toMatchObject({ takenOf, origin: null, sentTo: [{ usable: true, site: { id: 'west' } }] });
    const received = (await federation.hub.get<{ copy: Lineage }>(document, { id: sent.sentTo[0]!.id })).copy;
    expect(received).toMatchObject({ takenOf, origin: { id: copyId, usable: true, site: { id: 'east' } }, sentTo: [] });

    await federation.stop('east');
    const answer = await federation.hub.ask<{ copy: Lineage }>(document, { id: sent.sentTo[0]!.id });
    expect(answer.data?.copy).toMatchObject({ takenOf: null, origin: null, lineage: { originCopyId: copyId } });
    expect(answer.errors?.map(({ extensions }) => extensions['site'])).toContain('east');
  });
});

interface Lineage {
  readonly sentTo: readonly { readonly id: string }[];
}

interface Rows {
  readonly rows: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
}

interface Statistics {
  readonly copyStatistics: { readonly copies: number; readonly usableCopies: number; readonly logicalBytes: number };
}

function rowsOf({ rows }: Rows): { id: string }[] {
  return rows.edges.map(({ node }) => node);
}
