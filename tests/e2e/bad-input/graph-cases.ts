import { alone, db, guestbook, web } from './manifests.js';
import type { Door, Scene } from './scene.js';

/** A request to the graph, and what it must be told. Its variables are made when the fabric runs. */
export interface GraphCase {
  readonly what: string;
  /** @default ['hub'] */
  readonly at?: readonly Door[];
  readonly ask: (scene: Scene) => readonly [query: string, variables?: object];
  readonly code: string;
  readonly message: RegExp;
}

const both = ['hub', 'eu-central'] as const;

const mutation = (name: string, input: object, fields = 'operation { id }') =>
  [`mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${fields} } }`, { input }] as const;

const deploy = (changes: object, manifest: object = guestbook) => mutation('deployApp', { siteId: 'eu-central', name: 'fresh', manifest, ...changes });
const restoreAt = ({ copyId }: Scene, changes: object) => mutation('restoreCopyAt', { copyId, siteId: 'us-west', name: 'fresh', ...changes });
const query = (text: string) => (): readonly [string] => [text];

const nested = (levels: number) => `{ copies { edges { node { ${'appInstance { copies { edges { node { '.repeat(levels)} id ${'} } } }'.repeat(levels)} } } } }`;

export const graphCases: readonly GraphCase[] = [
  // ids and Sites
  { what: 'an app instance that is not there', at: both, ask: (s) => mutation('createCopy', { appInstanceId: s.unknown('app') }), code: 'NOT_FOUND', message: /no app instance "eu-central\.app\..*check the id/ },
  { what: 'a copy that is not there', at: both, ask: (s) => mutation('deleteCopy', { copyId: s.unknown('copy') }), code: 'NOT_FOUND', message: /no copy "eu-central\.copy\./ },
  { what: 'an operation that is not there', at: both, ask: (s) => mutation('cancelOperation', { operationId: s.unknown('operation') }), code: 'NOT_FOUND', message: /no operation "eu-central/ },
  { what: 'an operation of the Hub that is not there', ask: (s) => mutation('cancelOperation', { operationId: s.unknown('operation', 'hub') }), code: 'NOT_FOUND', message: /no operation "hub\.operation/ },
  { what: 'an id of the wrong kind', at: both, ask: (s) => mutation('createCopy', { appInstanceId: s.copyId }), code: 'WRONG_ID_KIND', message: /names a copy, an app instance was expected/ },
  { what: 'a repository of the wrong kind', at: both, ask: (s) => mutation('createCopy', { appInstanceId: s.appInstanceId, repositoryId: s.brokers.get('PAAS') }), code: 'WRONG_ID_KIND', message: /names a broker, a copy repository was expected/ },
  { what: 'a malformed id', at: ['eu-central'], ask: () => mutation('createCopy', { appInstanceId: "x'; DROP TABLE copies" }), code: 'INVALID_ID', message: /is not an id: expected <site>\.<kind>\.<uuid>/ },
  { what: 'a malformed id that names a Site', at: both, ask: () => mutation('createCopy', { appInstanceId: 'eu-central.app.1' }), code: 'INVALID_ID', message: /"eu-central\.app\.1" is not an id/ },
  { what: 'a malformed id that names none', ask: () => mutation('createCopy', { appInstanceId: 'x' }), code: 'SITE_UNKNOWN', message: /"x" names no site.*an id begins with that of its site/ },
  { what: 'a Site that is not there', at: both, ask: () => deploy({ siteId: 'mars' }), code: 'SITE_UNKNOWN', message: /"mars".*lists th/ },
  { what: 'an id at a Site that is not there', ask: (s) => mutation('createCopy', { appInstanceId: s.unknown('app', 'mars') }), code: 'SITE_UNKNOWN', message: /"mars\.app\.[^"]*" names no site/ },
  { what: 'the Hub for a Site', ask: () => deploy({ siteId: 'hub' }), code: 'SITE_UNKNOWN', message: /"hub" names no site/ },
  { what: 'a Site to remove that is not there', ask: () => mutation('removeSite', { siteId: 'mars' }, 'siteId'), code: 'SITE_UNKNOWN', message: /no Site "mars"/ },
  { what: 'a repository of another Site', at: both, ask: (s) => mutation('createCopy', { appInstanceId: s.appInstanceId, repositoryId: s.repositories.get('us-west') }), code: 'NOT_FOUND', message: /no copy repository "us-west/ },

  // names and manifests
  { what: 'a name that is taken', at: both, ask: () => deploy({ name: 'guestbook' }), code: 'NAME_TAKEN', message: /"guestbook" is taken by app instance "eu-central\.app\..*choose another/ },
  { what: 'a name that is no label', at: both, ask: () => deploy({ name: '../../etc' }), code: 'BAD_INPUT', message: /input\.name: "\.\.\/\.\.\/etc" cannot name an app instance: lower-case/ },
  { what: 'an empty manifest', at: both, ask: () => deploy({}, {}), code: 'MANIFEST_INVALID', message: /it has no services/ },
  { what: 'a missing reference', at: both, ask: () => deploy({}, { appServices: [web] }), code: 'MANIFEST_INVALID', message: /"DATABASE_URL" refers to "\$\{db\.uri\}", but no data service is named "db"/ },
  { what: 'an unknown protocol', at: both, ask: () => deploy({}, { dataServices: [{ ...db, protocol: 'oracle' }], appServices: [web] }), code: 'MANIFEST_INVALID', message: /"db" asks for protocol "oracle".*offered: dedicated \(postgresql\)/ },
  { what: 'two services of one name', at: both, ask: () => deploy({}, { dataServices: [db, db], appServices: [web] }), code: 'MANIFEST_INVALID', message: /the name "db" is given to two services/ },
  { what: 'two entry points', at: both, ask: () => deploy({}, { dataServices: [db], appServices: [web, { ...web, name: 'api' }] }), code: 'MANIFEST_INVALID', message: /"web" and "api" are all entry points/ },
  { what: 'an artifact of an unknown type', at: both, ask: () => deploy({}, { appServices: [{ ...alone, artifact: { type: 'wasm', name: 'x', version: '1' } }] }), code: 'MANIFEST_INVALID', message: /type "wasm", which no broker here runs; they run: directory/ },
  { what: 'a port that cannot be', at: both, ask: () => deploy({}, { appServices: [{ ...alone, ports: [{ name: 'http', port: 70_000 }] }] }), code: 'MANIFEST_INVALID', message: /port 70000: 1 to 65535/ },
  { what: 'a value that is not of its type', at: both, ask: (s) => mutation('createCopy', { appInstanceId: s.appInstanceId, consistency: 'PERFECT' }), code: 'BAD_INPUT', message: /"\$input\.consistency" does not fit: Value "PERFECT"/ },
  { what: 'a field beside a secret that does not exist', ask: (s) => mutation('registerSite', { url: s.url('us-west'), joinToken: s.token, bogus: 1 }, 'site { id }'), code: 'BAD_INPUT', message: /^Variable "\$input" does not fit: Field "bogus" is not defined by type "RegisterSiteInput"/ },

  // copies across Sites: refused before a byte moves
  { what: 'restoring at a Site that is not there', ask: (s) => restoreAt(s, { siteId: 'mars' }), code: 'SITE_UNKNOWN', message: /no Site "mars" is registered/ },
  { what: 'restoring under a taken name', ask: (s) => restoreAt(s, { siteId: 'eu-central', name: 'guestbook' }), code: 'NAME_TAKEN', message: /"guestbook" is taken/ },
  { what: 'restoring under a name that is no label', ask: (s) => restoreAt(s, { name: 'Not A Name' }), code: 'BAD_INPUT', message: /input\.name: "Not A Name" cannot name/ },
  { what: 'restoring into a repository elsewhere', ask: (s) => restoreAt(s, { repositoryId: s.repositories.get('eu-central') }), code: 'BAD_INPUT', message: /input\.repositoryId: it is not at Site "us-west"/ },
  { what: 'restoring into a repository that is not there', ask: (s) => restoreAt(s, { repositoryId: s.unknown('repository', 'us-west') }), code: 'NOT_FOUND', message: /no copy repository "us-west/ },
  { what: 'restoring what is no copy', ask: (s) => restoreAt(s, { copyId: s.appInstanceId }), code: 'WRONG_ID_KIND', message: /an app instance, a copy was expected/ },
  { what: 'restoring a copy that is not there', ask: (s) => restoreAt(s, { copyId: s.unknown('copy') }), code: 'NOT_FOUND', message: /no copy "eu-central/ },
  { what: 'sending to a repository that is not there', ask: (s) => mutation('sendCopy', { copyId: s.copyId, repositoryId: s.unknown('repository', 'us-west') }), code: 'NOT_FOUND', message: /no copy repository "us-west/ },

  // operations and brokers
  { what: 'cancelling what is finished', at: both, ask: (s) => mutation('cancelOperation', { operationId: s.operationId }), code: 'OPERATION_NOT_CANCELLABLE', message: /is DONE/ },
  { what: 'retrying what succeeded', at: both, ask: (s) => mutation('retryOperation', { operationId: s.operationId }), code: 'OPERATION_NOT_RETRYABLE', message: /is SUCCEEDED: only one that FAILED or was CANCELLED/ },
  { what: 'a broker that is in use', at: both, ask: (s) => mutation('removeBroker', { brokerId: s.brokers.get('DATA_SERVICE') }, 'brokerId'), code: 'CONFLICT', message: /in use by 1 data services/ },
  { what: 'a repository outside of its root', at: both, ask: (s) => mutation('addCopyRepository', { brokerId: s.brokers.get('COPY_REPOSITORY'), name: 'sly', properties: [{ name: 'path', value: '../../../..' }] }, 'copyRepository { id }'), code: 'BAD_INPUT', message: /must name a folder below one of the roots/ },
  { what: 'a repository under a taken name', at: both, ask: (s) => mutation('addCopyRepository', { brokerId: s.brokers.get('COPY_REPOSITORY'), name: 'default' }, 'copyRepository { id }'), code: 'NAME_TAKEN', message: /"default" is taken by copy repository "eu-central/ },

  // documents and pages
  { what: 'a negative page', at: both, ask: query('{ copies(first: -1) { totalCount } }'), code: 'BAD_INPUT', message: /-1/ },
  { what: 'a page of 10,000', at: both, ask: query('{ copies(first: 10000) { totalCount } }'), code: 'BAD_INPUT', message: /first: 10000 is not between 0 and 500/ },
  { what: 'a cursor that is none', at: both, ask: query('{ copies(after: "nonsense") { totalCount } }'), code: 'CURSOR_INVALID', message: /after: this is not a cursor of this list/ },
  { what: 'rows of nowhere', at: both, ask: query('{ copies(sites: ["nowhere"]) { totalCount } }'), code: 'SITE_UNKNOWN', message: /"nowhere"/ },
  { what: '200 levels', at: both, ask: query(nested(50)), code: 'QUERY_TOO_DEEP', message: /deeper than 15 levels; ask for less/ },
  { what: '10,000 aliases', at: both, ask: query(`{ ${Array.from({ length: 10_000 }, (_, i) => `a${i}: sites { id }`).join(' ')} }`), code: 'QUERY_TOO_COMPLEX', message: /more than 200 aliases; ask for less/ },
  { what: 'a field that is not there', at: both, ask: query('{ secrets }'), code: 'GRAPHQL_VALIDATION_FAILED', message: /"secrets" on type "Query"/ },
  { what: 'a document that is none', at: both, ask: query('{ sites {'), code: 'GRAPHQL_PARSE_FAILED', message: /Syntax Error/ },
  { what: 'a subscription as a query', at: both, ask: query('subscription { healthChanged { cursor } }'), code: 'BAD_REQUEST', message: /subscriptions go over a WebSocket/ },
];
