import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDocument, createCopyDocument, deployDocument, pairsManifest, restoreCopyDocument } from '../testing/documents.js';
import { TestSite } from '../testing/test-site.js';

let site: TestSite;
const secretProperty = '1099511627776';

beforeAll(async () => {
  site = await TestSite.start();
});
afterAll(() => site?.remove());

/** Every table of every schema as text. */
async function wholeDatabase(): Promise<string> {
  const tables = await site.rows<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  const rows: string[] = [];
  // One after the other: each takes a connection of its own, and there are more tables than the server has connections to spare.
  for (const { name } of tables) rows.push(...(await site.rows<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)).map(({ row }) => row));
  return rows.join('\n');
}

describe('secrets', () => {
  it('are in no answer, event, log, error or row', async () => {
    const { client } = site;
    const { payload } = await client.run(deployDocument, { input: { siteId: site.siteId, name: 'secretive', manifest: pairsManifest } });
    const copied = await client.run(createCopyDocument, { input: { appInstanceId: payload.appInstance.id } });
    await client.run(restoreCopyDocument, { input: { copyId: copied.payload.copy.id, name: 'secretive-too' } });
    const { brokers } = await client.get('{ brokers(kind: COPY_REPOSITORY) { id } }');
    await client.get('mutation ($input: AddCopyRepositoryInput!) { addCopyRepository(input: $input) { copyRepository { id } } }', {
      input: { brokerId: brokers[0].id, name: 'other', properties: [{ name: 'capacityBytes', value: secretProperty }] },
    });
    // A service that refers to a key its binding lacks: the error must name the key, not the values beside it.
    const wrongKey = { ...pairsManifest, appServices: [{ ...pairsManifest.appServices[0], environment: [{ name: 'DB_URI', value: '${db.uri}${db.nothing}' }] }] };
    const failed = await client.run(deployDocument, { input: { siteId: site.siteId, name: 'mistaken', manifest: wrongKey } });
    expect(failed.operation.error?.message).toContain('${db.nothing}');

    const secrets = [site.token, secretProperty];
    const services = await site.rows<{ broker_key: string; app: string }>(
      'SELECT d.broker_key, a.broker_key AS app FROM data_services d JOIN app_services a USING (app_instance_id)',
    );
    for (const { broker_key, app } of services) {
      const { values } = await site.brokers.dataService.bind({ dataServiceId: broker_key, bindingId: app });
      secrets.push(values['uri']!, new URL(values['uri']!).password);
    }
    expect(secrets.length).toBeGreaterThanOrEqual(6);

    const answers = JSON.stringify([
      await client.get(appDocument, { id: payload.appInstance.id }),
      await client.get('{ events(first: 500) { edges { node { kind message subjectId } } } operations { edges { node { id kind error { message } warnings steps { name error { message } } } } } }'),
      await client.get('{ appInstances { edges { node { manifest { appServices { environment { name value } } } dataServices { id figures { name value } } } } } copyRepositories { id name } }'),
      failed,
    ]);
    const places = { answers, log: site.lines.join('\n'), database: await wholeDatabase() };
    for (const [place, text] of Object.entries(places)) {
      expect({ place, isEmpty: text.length < 100 }).toEqual({ place, isEmpty: false });
      expect({ place, found: secrets.filter((secret) => text.includes(secret)).length }).toEqual({ place, found: 0 });
    }
    // What is looked for would be found: the template stands in all that keep manifests.
    expect(places.database).toContain('${db.uri}');
  });
});
