import { newId } from '@ocopea/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCopyDocument, deployDocument, pairsManifest } from '../testing/documents.js';
import type { Loose } from '../testing/site-client.js';
import { TestSite } from '../testing/test-site.js';

let site: TestSite;
const ids: Record<string, string> = {};

/** What is told apart by the filters; the rest of a row is the same for all. */
const rows = {
  plain: { app: 'orders', usable: true, verified: '2026-01-02', taken: '2026-01-01', expires: null, bytes: 10, notes: null },
  upgrade: { app: 'orders', usable: true, verified: '2026-01-04', taken: '2026-01-03', expires: '2020-01-01', bytes: 3_000_000_000, notes: 'Before the upgrade to v2.1, ask Ärni' },
  broken: { app: 'orders-eu', usable: false, verified: null, taken: null, expires: null, bytes: 0, notes: "50% of o'clock & (not) !x" },
  other: { app: 'wiki', usable: true, verified: null, taken: '2026-01-05', expires: '2999-01-01', bytes: 20, notes: 'nightly' },
};

beforeAll(async () => {
  site = await TestSite.start();
  for (const [name, row] of Object.entries(rows)) {
    ids[name] = newId('test-site', 'copy');
    await site.rows(
      `INSERT INTO copies (id, app_instance_id, app_instance_name, phase, outcome, usable, consistency, manifest, created_at, taken_at, verified_at, expires_at, bytes, notes)
       VALUES ($1, $2, $3, 'DONE', $4, $5, 'CRASH', '{"appServices":[],"dataServices":[]}', now(), $6, $7, $8, $9, $10)`,
      [ids[name], newId('test-site', 'app'), row.app, row.usable ? 'SUCCEEDED' : 'FAILED', row.usable, row.taken, row.verified, row.expires, row.bytes, row.notes],
    );
  }
  await update('plain', { setLabels: [{ key: 'env', value: 'prod' }, { key: 'team/name', value: 'a=b' }] });
  await update('upgrade', { setLabels: [{ key: 'env', value: 'test' }] });
});
afterAll(() => site?.remove());

const updateDocument = 'mutation ($input: UpdateCopyInput!) { updateCopy(input: $input) { copy { id notes labels { key value } } } }';
const update = async (name: string, change: object) => (await site.client.get(updateDocument, { input: { copyId: ids[name], ...change } })).updateCopy.copy;
const refusal = (name: string, change: object) => site.client.refusal(updateDocument, { input: { copyId: ids[name], ...change } });

const listDocument = 'query ($filter: CopyFilter) { copies(filter: $filter) { totalCount edges { node { id } } } }';

/** Names of the copies that pass, and that the count agrees. */
async function found(filter: object): Promise<string[]> {
  const { copies } = await site.client.get(listDocument, { filter });
  const names = copies.edges.map(({ node }: Loose) => Object.keys(ids).find((name) => ids[name] === node.id));
  expect(copies.totalCount).toBe(names.length);
  return names.sort();
}

describe('the catalogue of copies', () => {
  it.each<[string, object, string[]]>([
    ['nothing', {}, ['broken', 'other', 'plain', 'upgrade']],
    ['an application', { appInstanceName: 'orders' }, ['plain', 'upgrade']],
    ['usable', { usable: false }, ['broken']],
    ['verified', { verified: true }, ['plain', 'upgrade']],
    ['not verified', { verified: false }, ['broken', 'other']],
    ['expired', { expired: true }, ['upgrade']],
    ['not expired', { expired: false }, ['broken', 'other', 'plain']],
    ['a consistency point from a time on', { takenFrom: '2026-01-03T00:00:00.000Z' }, ['other', 'upgrade']],
    ['a consistency point between two times', { takenFrom: '2026-01-01T00:00:00.000Z', takenBefore: '2026-01-03T00:00:00.000Z' }, ['plain']],
    ['more bytes than an Int holds', { largerThan: '2999999999' }, ['upgrade']],
    ['a label', { labels: [{ key: 'env' }] }, ['plain', 'upgrade']],
    ['a label with a value', { labels: [{ key: 'env', values: ['prod', 'none'] }] }, ['plain']],
    ['a label with another value', { labels: [{ key: 'env', values: ['prod'], not: true }] }, ['broken', 'other', 'upgrade']],
    ['a value with the sign that parts key and value', { labels: [{ key: 'team/name', values: ['a=b'] }] }, ['plain']],
    ['two labels', { labels: [{ key: 'env' }, { key: 'team/name', not: true }] }, ['upgrade']],
    ['a word of the notes', { text: 'UPGRADE' }, ['upgrade']],
    ['the beginning of a word with an accent', { text: 'ärn' }, ['upgrade']],
    ['words of both name and notes', { text: 'orders v2.1' }, ['upgrade']],
    ['a name with a hyphen', { text: 'orders-e' }, ['broken']],
    ['what the query language of the database would take for its own', { text: "50% & o'clock | !(x) <->" }, ['broken']],
    ['everything at once', { usable: true, verified: true, text: 'orders', labels: [{ key: 'env', values: ['test'] }], largerThan: 11 }, ['upgrade']],
  ])('is narrowed to %s', async (_, filter, names) => {
    expect(await found(filter)).toEqual(names);
  });

  it.each<[string, object, RegExp]>([
    ['a key that is none', { labels: [{ key: 'a=b' }] }, /filter\.labels: "a=b" is no key of a label/],
    ['no values', { labels: [{ key: 'a', values: [] }] }, /0 values of "a" were given, 1 to 20 are allowed/],
    ['too many conditions', { labels: Array.from({ length: 11 }, () => ({ key: 'a' })) }, /11 conditions were given, 10 are allowed/],
    ['a text without a word', { text: ' -%- ' }, /filter\.text: there is no word in it/],
    ['a text that is too long', { text: 'x'.repeat(201) }, /it has 201 characters/],
  ])('refuses a filter with %s', async (_, filter, message) => {
    const { code, message: said } = await site.client.refusal(listDocument, { filter });
    expect(code).toBe('BAD_INPUT');
    expect(said).toMatch(message);
  });
});

describe('updateCopy', () => {
  it('changes what is given and leaves the rest', async () => {
    expect(await update('other', { setLabels: [{ key: 'b', value: '1' }, { key: 'a', value: '' }] })).toMatchObject({ notes: 'nightly', labels: [{ key: 'a', value: '' }, { key: 'b', value: '1' }] });
    expect(await update('other', { notes: 'kept for audit', removeLabels: ['b', 'never-there'] })).toMatchObject({ notes: 'kept for audit', labels: [{ key: 'a', value: '' }] });
    expect(await found({ text: 'audit' })).toEqual(['other']);
    expect(await found({ labels: [{ key: 'b' }] })).toEqual([]);
    expect(await update('other', { notes: null, removeLabels: ['a'] })).toMatchObject({ notes: null, labels: [] });
  });

  it('tells of a change, and of none when nothing changed', async () => {
    const events = async () => (await site.client.get('query ($id: ID) { events(filter: { kind: "copy.changed", subjectId: $id }) { edges { node { message } } } }', { id: ids['broken'] })).events.edges;
    await update('broken', { setLabels: [{ key: 'kept', value: 'yes' }], notes: 'why it broke' });
    await update('broken', { setLabels: [{ key: 'kept', value: 'yes' }], notes: 'why it broke' });
    expect(await events()).toEqual([{ node: { message: 'the labels and notes of the copy of "orders-eu" changed' } }]);
  });

  it('keeps both of two changes at once', async () => {
    await Promise.all(['x', 'y', 'z'].map((key) => update('upgrade', { setLabels: [{ key, value: '1' }] })));
    const labels = (await update('upgrade', {})).labels.map(({ key }: Loose) => key);
    expect(labels).toEqual(['env', 'x', 'y', 'z']);
    await update('upgrade', { removeLabels: ['x', 'y', 'z'] });
  });

  it.each<[string, object, RegExp]>([
    ['a key with a space', { setLabels: [{ key: 'a b', value: '' }] }, /"a b" is no key of a label/],
    ['a long value', { setLabels: [{ key: 'a', value: 'x'.repeat(201) }] }, /the value of label "a" has 201 characters, 200 are allowed/],
    ['a value of two lines', { setLabels: [{ key: 'a', value: 'x\ny' }] }, /control characters/],
    ['too many labels', { setLabels: Array.from({ length: 33 }, (_, i) => ({ key: `k${i}`, value: '' })) }, /may have 32 labels/],
    ['long notes', { notes: 'x'.repeat(4_001) }, /4001 characters, 4000 are allowed/],
  ])('refuses %s', async (_, change, message) => {
    const { code, message: said } = await refusal('broken', change);
    expect(code).toBe('BAD_INPUT');
    expect(said).toMatch(message);
  });
});

describe('createCopy', () => {
  it('takes labels and notes from the beginning', async () => {
    const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'labelled', manifest: pairsManifest } });
    const input = { appInstanceId: payload.appInstance.id, labels: [{ key: 'reason', value: 'test' }], notes: 'the first one' };
    const taken = await site.client.run(createCopyDocument, { input });
    const { copies } = await site.client.get(listDocument, { filter: { text: 'labelled first', labels: [{ key: 'reason', values: ['test'] }] } });
    expect(copies.edges).toEqual([{ node: { id: taken.payload.copy.id } }]);
  });
});
