import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCopyDocument, deployDocument, oneDatabase, type CreateCopyPayload, type DeployPayload } from './documents.js';
import { Federation } from './federation.js';
import type { GraphAnswer, GraphError } from './graph-client.js';

const page = 'query($after: String) { copies(first: 7, after: $after) { edges { node { id createdAt } } pageInfo { endCursor hasNextPage } totalCount } }';
const appsPerSite = 3;

let federation: Federation;
/** Ids of the copies there are, by Site. */
const copies = new Map<string, string[]>();
const appIds: string[] = [];

beforeAll(async () => {
  federation = await Federation.start('east', 'north', 'west');
  await Promise.all(
    federation.siteIds.flatMap((siteId) =>
      Array.from({ length: appsPerSite }, async (_, index) => {
        const { appInstance } = await federation.hub.run<DeployPayload>(deployDocument, { siteId, name: `app-${index}`, manifest: oneDatabase });
        appIds.push(appInstance.id);
      }),
    ),
  );
  // One after the other for each application, since a copy of it is refused while another is taken.
  const shares = appIds.map((_, index) => Math.floor(200 / appIds.length) + (index < 200 % appIds.length ? 1 : 0));
  await Promise.all(appIds.map((id, index) => takeCopies(id, shares[index]!)));
}, 600_000);
afterAll(() => federation[Symbol.asyncDispose]());

async function takeCopies(appInstanceId: string, count: number): Promise<void> {
  const siteId = appInstanceId.split('.')[0]!;
  for (let taken = 0; taken < count; taken++) {
    const { copy } = await federation.hub.run<CreateCopyPayload>(createCopyDocument, { appInstanceId });
    copies.set(siteId, [...(copies.get(siteId) ?? []), copy.id]);
  }
}

describe('200 copies over three Sites', () => {
  it('page by 7 in one order, without a gap or a repeat', async () => {
    const { rows, errors } = await allPages();
    expect(errors).toEqual([]);
    expectOneOrder(rows);
    expect(rows.map(({ id }) => id).toSorted()).toEqual([...copies.values()].flat().toSorted());
    expect(rows).toHaveLength(200);
  });

  it('do so while copies are added and a Site stops and returns', async () => {
    const before = structuredClone([...copies]);
    const [east, , west] = ['east', 'north', 'west'].map((siteId) => appIds.find((id) => id.startsWith(`${siteId}.`))!);
    const changes: Record<number, () => Promise<void>> = {
      3: () => takeCopies(east!, 2),
      6: () => federation.stop('north'),
      9: () => takeCopies(west!, 2),
      14: () => federation.startAgain('north'),
    };
    const { rows, errors } = await allPages((number) => changes[number]?.());

    expectOneOrder(rows);
    const seen = new Set(rows.map(({ id }) => id));
    expect(seen.size).toBe(rows.length);
    // What a Site had while it was away may be missing; nothing of those that stayed is.
    const ofPresentSites = before.flatMap(([siteId, ids]) => (siteId === 'north' ? [] : ids));
    expect(ofPresentSites.filter((id) => !seen.has(id))).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
    for (const { extensions } of errors) expect(extensions).toMatchObject({ code: 'SITE_UNAVAILABLE', site: 'north' });

    const again = await allPages();
    expect(again.errors).toEqual([]);
    expect(again.rows.map(({ id }) => id).toSorted()).toEqual([...copies.values()].flat().toSorted());
  });
});

describe('three Sites, one of them stopped', () => {
  it('give the rows of two and one coded error, within the deadline', async () => {
    await federation.stop('west');
    const began = performance.now();
    const { data, errors, extensions } = await federation.hub.ask<CopiesPage>('{ copies(first: 500) { edges { node { id } } totalCount } }');
    expect(performance.now() - began).toBeLessThan(6_000);
    const present = ['east', 'north'].flatMap((siteId) => copies.get(siteId)!);
    expect(data?.copies?.edges.map(({ node }) => node.id).toSorted()).toEqual(present.toSorted());
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({ path: ['copies'], extensions: { code: 'SITE_UNAVAILABLE', site: 'west' } });
    expect(extensions?.sites).toContainEqual(expect.objectContaining({ id: 'west', outcome: 'FAILED', code: 'SITE_UNAVAILABLE' }));
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|localhost|ECONN/);
  });
});

interface Row {
  readonly id: string;
  readonly createdAt: string;
}

interface CopiesPage {
  readonly copies: {
    readonly edges: readonly { readonly node: Row }[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  } | null;
}

/** Reads page after page; `between` is called with the number of the page that was just read. */
async function allPages(between?: (number: number) => Promise<void> | undefined): Promise<{ rows: Row[]; errors: GraphError[] }> {
  const rows: Row[] = [];
  const errors: GraphError[] = [];
  let after: string | null = null;
  for (let number = 1; ; number++) {
    const answer: GraphAnswer<CopiesPage> = await federation.hub.ask<CopiesPage>(page, { after });
    errors.push(...(answer.errors ?? []));
    const { edges, pageInfo } = answer.data!.copies!;
    expect(edges.length).toBeLessThanOrEqual(7);
    rows.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return { rows, errors };
    after = pageInfo.endCursor;
    await between?.(number);
  }
}

/** Newest first, and by id, descending, where two are of one moment. */
function expectOneOrder(rows: readonly Row[]): void {
  const places = rows.map(({ createdAt, id }) => `${createdAt} ${id}`);
  expect(places).toEqual(places.toSorted().toReversed());
}
