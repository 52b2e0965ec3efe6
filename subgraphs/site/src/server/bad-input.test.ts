import { newId } from '@ocopea/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCopyDocument, deployDocument, pairsManifest } from '../testing/documents.js';
import { TestSite } from '../testing/test-site.js';

let site: TestSite;
const ids = { site: 'test-site', app: '', copy: '', operation: '', broker: '', repository: '', dataService: '' };
const unknown = (kind: Parameters<typeof newId>[1]) => newId('test-site', kind);

beforeAll(async () => {
  site = await TestSite.start();
  const deployed = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'taken', manifest: pairsManifest } });
  ids.app = deployed.payload.appInstance.id;
  ids.operation = deployed.operation.id;
  ids.copy = (await site.client.run(createCopyDocument, { input: { appInstanceId: ids.app } })).payload.copy.id;
  const found = await site.client.get('{ brokers(kind: DATA_SERVICE) { id } copyRepositories { id } dataServices { edges { node { id } } } }');
  ids.broker = found.brokers[0].id;
  ids.repository = found.copyRepositories[0].id;
  ids.dataService = found.dataServices.edges[0].node.id;
});
afterAll(() => site?.remove());

/** Everything that a refused request must leave as it was. */
const state = () =>
  site.client.get(`{
    appInstances { totalCount edges { node { id name phase } } } copies { totalCount edges { node { id usable phase } } }
    operations { totalCount } dataServices { totalCount } brokers { id } copyRepositories { id name }
  }`);

const deploy = (changes: object, manifest: object = pairsManifest) => ({ deployApp: { siteId: ids.site, name: 'new', manifest, ...changes } });
const web = pairsManifest.appServices[0];

/** What is asked, what it is answered. Inputs are functions, since ids are known only when the Site runs. */
const cases: [what: string, input: () => Record<string, object>, code: string, message: RegExp][] = [
  ['another Site', () => deploy({ siteId: 'other-site' }), 'SITE_UNKNOWN', /no Site "other-site"/],
  ['a taken name', () => deploy({ name: 'taken' }), 'NAME_TAKEN', /"taken" is taken by app instance "test-site\.app\./],
  ['a name that is no label', () => deploy({ name: 'Not A Name' }), 'BAD_INPUT', /input\.name: "Not A Name" cannot name an app instance/],
  ['an empty manifest', () => deploy({}, {}), 'MANIFEST_INVALID', /it has no services/],
  ['a missing reference', () => deploy({}, { appServices: [web] }), 'MANIFEST_INVALID', /refers to "\$\{db\.uri\}", but no data service is named "db"/],
  ['two entry points', () => deploy({}, { ...pairsManifest, appServices: [web, { ...web, name: 'api' }] }), 'MANIFEST_INVALID', /"web" and "api" are all entry points/],
  ['a protocol nobody offers', () => deploy({}, { ...pairsManifest, dataServices: [{ name: 'db', protocol: 'oracle' }] }), 'MANIFEST_INVALID', /protocol "oracle", which no broker here offers; offered: pairs \(memory\)/],
  ['a plan nobody has', () => deploy({}, { ...pairsManifest, dataServices: [{ name: 'db', protocol: 'memory', plan: 'huge' }] }), 'MANIFEST_INVALID', /plan "huge"/],
  ['an artifact nobody runs', () => deploy({}, { ...pairsManifest, appServices: [{ ...web, artifact: { type: 'wasm', name: 'x', version: '1' } }] }), 'MANIFEST_INVALID', /type "wasm", which no broker here runs; they run: memory/],
  ['more replicas than anybody runs', () => deploy({}, { ...pairsManifest, appServices: [{ ...web, replicas: 2 }] }), 'MANIFEST_INVALID', /2 replicas, and no broker here runs more than one/],
  ['an unknown instance to stop', () => ({ stopApp: { appInstanceId: unknown('app') } }), 'NOT_FOUND', /no app instance/],
  ['an unknown instance to start', () => ({ startApp: { appInstanceId: unknown('app') } }), 'NOT_FOUND', /no app instance/],
  ['an unknown instance to delete', () => ({ deleteApp: { appInstanceId: unknown('app') } }), 'NOT_FOUND', /no app instance/],
  ['an unknown instance to copy', () => ({ createCopy: { appInstanceId: unknown('app') } }), 'NOT_FOUND', /no app instance/],
  ['a copy instead of an instance', () => ({ createCopy: { appInstanceId: ids.copy } }), 'WRONG_ID_KIND', /names a copy, an app instance was expected/],
  ['no id at all', () => ({ createCopy: { appInstanceId: 'x' } }), 'INVALID_ID', /"x" is not an id: expected <site>\.<kind>\.<uuid>/],
  ['an unknown repository', () => ({ createCopy: { appInstanceId: ids.app, repositoryId: unknown('repository') } }), 'NOT_FOUND', /no copy repository/],
  ['a broker instead of a repository', () => ({ createCopy: { appInstanceId: ids.app, repositoryId: ids.broker } }), 'WRONG_ID_KIND', /names a broker, a copy repository was expected/],
  ['an unknown copy to restore', () => ({ restoreCopy: { copyId: unknown('copy'), name: 'new' } }), 'NOT_FOUND', /no copy/],
  ['a restore under a taken name', () => ({ restoreCopy: { copyId: ids.copy, name: 'taken' } }), 'NAME_TAKEN', /"taken" is taken/],
  ['a restore under a bad name', () => ({ restoreCopy: { copyId: ids.copy, name: '-' } }), 'BAD_INPUT', /input\.name/],
  ['an unknown copy to verify', () => ({ verifyCopy: { copyId: unknown('copy') } }), 'NOT_FOUND', /no copy/],
  ['an unknown copy to delete', () => ({ deleteCopy: { copyId: unknown('copy') } }), 'NOT_FOUND', /no copy/],
  ['a finished operation to cancel', () => ({ cancelOperation: { operationId: ids.operation } }), 'OPERATION_NOT_CANCELLABLE', /is DONE/],
  ['a successful operation to retry', () => ({ retryOperation: { operationId: ids.operation } }), 'OPERATION_NOT_RETRYABLE', /only one that FAILED or was CANCELLED/],
  ['an unknown operation to cancel', () => ({ cancelOperation: { operationId: unknown('operation') } }), 'NOT_FOUND', /no operation/],
  ['a broker behind a URL', () => ({ registerBroker: { siteId: ids.site, kind: 'PAAS', name: 'x', url: 'http://127.0.0.1:1' } }), 'NOT_SUPPORTED', /by its URL is not supported here/],
  ['a broker in use', () => ({ removeBroker: { brokerId: ids.broker } }), 'CONFLICT', /broker "memory" is in use by 1 data services/],
  ['an unknown broker to remove', () => ({ removeBroker: { brokerId: unknown('broker') } }), 'NOT_FOUND', /no broker/],
  ['a repository of a broker that keeps none', () => ({ addCopyRepository: { brokerId: ids.broker, name: 'new' } }), 'NOT_FOUND', /no copy repository broker/],
  ['a copy that was not sent here to accept', () => ({ acceptCopy: { copyId: unknown('copy') } }), 'NOT_FOUND', /no copy/],
];

const inputTypes: Readonly<Record<string, string>> = { cancelOperation: 'operation { id }', retryOperation: 'operation { id }' };

describe('a bad request', () => {
  it.each(cases)('with %s is refused, and changes nothing', async (_, input, code, message) => {
    const [[mutation, value]] = Object.entries(input()) as [[string, object]];
    const before = await state();
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    const refusal = await site.client.refusal(`mutation ($input: ${type}) { ${mutation}(input: $input) { ${inputTypes[mutation] ?? '__typename'} } }`, { input: value });
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
    expect(await state()).toEqual(before);
  });

  it.each([
    ['{ copies(first: -1) { totalCount } }', 'BAD_INPUT', /first: -1 is not between 0 and 500/],
    ['{ copies(first: 1, last: 1) { totalCount } }', 'BAD_INPUT', /cannot be given together/],
    ['{ copies(after: "nonsense") { totalCount } }', 'CURSOR_INVALID', /not a cursor of this list/],
    ['{ copies(sites: ["elsewhere"]) { totalCount } }', 'SITE_UNKNOWN', /"elsewhere"/],
    ['{ copy(id: "x") { id } }', 'INVALID_ID', /is not an id/],
    ['{ nothingLikeThis }', 'GRAPHQL_VALIDATION_FAILED', /nothingLikeThis/],
  ])('for %s is refused', async (query, code, message) => {
    const refusal = await site.client.refusal(query);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
  });

  it('takes a cursor of another list for what it is', async () => {
    const { copies } = await site.client.get('{ copies(first: 1) { edges { cursor } } }');
    const refusal = await site.client.refusal('query ($after: String) { copies(after: $after, orderBy: { field: BYTES, direction: ASC }) { totalCount } }', { after: copies.edges[0].cursor });
    expect(refusal.code).toBe('CURSOR_INVALID');
  });

  it('without a credential is answered 401, whatever it asks', async () => {
    const response = await fetch(`${site.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ sites { id } }"}' });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('leaves an audit record of each mutation, with who, what and the outcome', async () => {
    const field = 'deployApp';
    await site.client.refusal(deployDocument, { input: { siteId: site.siteId, name: 'taken', manifest: pairsManifest } });
    const rows = await site.rows<{ principal_name: string; field: string; outcome: string; error_code: string | null; remote_address: string }>(
      `SELECT * FROM audit_records WHERE field = '${field}' ORDER BY id DESC LIMIT 1`,
    );
    expect(rows[0]).toMatchObject({ principal_name: 'admin', outcome: 'REFUSED', error_code: 'NAME_TAKEN', remote_address: expect.stringContaining('127.0.0.1') as string });
  });
});
