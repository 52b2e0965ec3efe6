import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { issueGrant, SigningKey, signTransferStatement } from '@ocopea/security';
import { guestbook } from './manifests.js';
import type { Scene } from './scene.js';

type GrantTerms = Parameters<typeof issueGrant>[1];

const format = 'postgres-physical/18-x86_64';
/** The whole content of the part that is sent. */
export const chunk = Buffer.from('what a data service wrote');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const record = Buffer.concat([sha256(chunk), uint32(chunk.length)]);
export const partHash = `sha256:${sha256(record).toString('hex')}`;

/** The body of `chunks` with one chunk in it, as `docs/reference/copy-transfer.md` has it. */
export function frame(content: Buffer, { hash = sha256(content) }: { hash?: Buffer } = {}): Buffer {
  return Buffer.concat([hash, uint32(content.length), uint32(content.length), Buffer.of(0), content]);
}

/** The body of `publish`. @param statement what the sender signed for the receipt */
export function publication(hash = partHash, statement?: string): Buffer {
  const head = Buffer.from(JSON.stringify({ metadata: { format, createdAt: new Date(0), labels: {} }, hash, statement }));
  return Buffer.concat([uint32(head.length), head, record]);
}

/** The same with what the sender has to sign. */
export async function signedPublication(scene: Scene, { copyId, repositoryId, partId, originUuid }: ExpectedPart): Promise<Buffer> {
  const key = await SigningKey.loadOrCreate(join(scene.homeOf('eu-central'), 'signing.key'));
  const now = new Date().toISOString();
  const source = { sourceSiteId: 'eu-central', sourceCopyId: originId('copy', originUuid), sourcePartId: originId('copy-part', originUuid), sourceRepositoryId: originId('repository', originUuid) };
  const target = { targetSiteId: 'us-west', targetCopyId: copyId, targetPartId: partId, targetRepositoryId: repositoryId };
  return publication(partHash, await signTransferStatement(key, { ...source, ...target, format, hash: partHash, logicalBytes: chunk.length, chunks: 1, bytesSent: chunk.length, startedAt: now, sentAt: now }));
}

function originId(kind: string, uuid: string): string {
  return `eu-central.${kind}.01a00000-0000-7000-8000-${uuid}`;
}

/** A part that `us-west` was asked to receive, and the Grant that it gave for it. */
export interface ExpectedPart {
  readonly copyId: string;
  readonly repositoryId: string;
  readonly partId: string;
  /** Path of the part at the transfer door. */
  readonly path: string;
  /** A secret. */
  readonly grant: string;
  /** The last digits of the ids at the Site that sends. */
  readonly originUuid: string;
}

/** Asks the Site for room, as the Hub would. */
export async function receivePart(scene: Scene, originUuid: string): Promise<ExpectedPart> {
  const origin = (kind: string) => originId(kind, originUuid);
  const manifest = { ...guestbook, appServices: [] };
  const description = {
    appInstanceId: origin('app'),
    appInstanceName: 'guestbook',
    manifest,
    consistency: 'CRASH',
    parts: [{ partId: origin('copy-part'), dataService: 'db', format, logicalBytes: chunk.length, hash: partHash }],
  };
  const { publicJwk } = await SigningKey.loadOrCreate(join(scene.homeOf('eu-central'), 'signing.key'));
  const input = { siteId: 'us-west', senderSiteId: 'eu-central', senderKey: JSON.stringify(publicJwk), copyId: origin('copy'), description };
  const { data, errors } = await scene.mutate('us-west', 'receiveCopy', input, 'copy { id } grants { url grant }');
  if (errors !== undefined) throw new Error(`receiveCopy was refused: ${JSON.stringify(errors)}`);
  const { copy, grants } = data.receiveCopy;
  const path = new URL(grants[0].url).pathname;
  const [, repositoryId, partId] = /repositories\/(.+)\/parts\/(.+)$/.exec(path)!;
  return { copyId: copy.id, repositoryId: repositoryId!, partId: partId!, path, grant: grants[0].grant, originUuid };
}

/** A Grant as the Site would give it for a part, but for the changes; signed with the key of `site`. */
export async function forgedGrant(scene: Scene, part: ExpectedPart, changes: Partial<GrantTerms> & { ttlSeconds?: number; site?: 'eu-central' | 'us-west' } = {}): Promise<string> {
  const { ttlSeconds = 60, site = 'us-west', ...terms } = changes;
  const { repositoryId, partId } = part;
  const key = await SigningKey.loadOrCreate(join(scene.homeOf(site), 'signing.key'));
  return issueGrant(key, { grantId: crypto.randomUUID(), issuer: 'us-west', direction: 'write', repositoryId, partId, maxBytes: chunk.length, hash: partHash, format, ...terms }, ttlSeconds);
}

export interface TransferAnswer {
  readonly status: number;
  /** Undefined when it was taken. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** One request to the transfer door of `us-west`. */
export async function transfer(scene: Scene, path: string, grant: string | undefined, body: Buffer): Promise<TransferAnswer> {
  const headers = grant === undefined ? {} : { authorization: `Bearer ${grant}` };
  const { status, text } = await scene.http('us-west', path, { method: 'POST', headers, body: new Uint8Array(body) });
  return status === 200 ? { status } : { status, error: (JSON.parse(text) as { error: TransferAnswer['error'] & object }).error };
}

/** What is wrong with a request under a Grant, and what it must be told. */
export interface GrantCase {
  readonly what: string;
  readonly send: (scene: Scene, part: ExpectedPart, other: ExpectedPart) => TransferAnswer | Promise<TransferAnswer>;
  readonly status: number;
  readonly code: string;
  readonly message: RegExp;
}

const refused = { status: 403, code: 'GRANT_REFUSED' } as const;

export const grantCases: readonly GrantCase[] = [
  { what: 'no Grant', send: (scene, { path }) => transfer(scene, `${path}/chunks`, undefined, frame(chunk)), ...refused, message: /there is no Grant in the request/ },
  { what: "the administrator's token", send: (scene, { path }) => transfer(scene, `${path}/chunks`, scene.token, frame(chunk)), ...refused, message: /not valid or has expired; ask for a new one/ },
  { what: 'a Grant for another part', send: (scene, { grant }, other) => transfer(scene, `${other.path}/chunks`, grant, frame(chunk)), ...refused, message: /for another part/ },
  { what: 'a Grant for another repository', send: async (scene, part) => transfer(scene, `${part.path}/chunks`, await forgedGrant(scene, part, { repositoryId: 'us-west.repository.x' }), frame(chunk)), ...refused, message: /./ },
  { what: 'a Grant to read', send: async (scene, part) => transfer(scene, `${part.path}/chunks`, await forgedGrant(scene, part, { direction: 'read' }), frame(chunk)), ...refused, message: /is to read, not to write/ },
  { what: 'an expired Grant', send: async (scene, part) => transfer(scene, `${part.path}/chunks`, await forgedGrant(scene, part, { ttlSeconds: -120 }), frame(chunk)), ...refused, message: /has expired; ask for a new one/ },
  { what: 'a Grant that another Site signed', send: async (scene, part) => transfer(scene, `${part.path}/chunks`, await forgedGrant(scene, part, { site: 'eu-central' }), frame(chunk)), ...refused, message: /not valid/ },
  { what: 'more bytes than granted', send: async (scene, part) => transfer(scene, `${part.path}/chunks`, await forgedGrant(scene, part), frame(Buffer.alloc(chunk.length + 1))), ...refused, message: /bytes/ },
  { what: 'other content than granted', send: (scene, { path, grant }) => transfer(scene, `${path}/publish`, grant, publication(`sha256:${'0'.repeat(64)}`)), ...refused, message: /./ },
  { what: 'a chunk that is not what its hash says', send: (scene, { path, grant }) => transfer(scene, `${path}/chunks`, grant, frame(chunk, { hash: Buffer.alloc(32, 1) })), status: 422, code: 'CORRUPT_DATA', message: /chunk/ },
  { what: 'a chunk that breaks off', send: (scene, { path, grant }) => transfer(scene, `${path}/chunks`, grant, frame(chunk).subarray(0, 50)), status: 422, code: 'CORRUPT_DATA', message: /./ },
  { what: 'a publication of chunks that never came', send: (scene, { path, grant }) => transfer(scene, `${path}/publish`, grant, publication()), status: 422, code: 'CORRUPT_DATA', message: /chunk/ },
  { what: 'an action that is not there', send: (scene, { path, grant }) => transfer(scene, `${path}/read`, grant, Buffer.alloc(0)), status: 404, code: 'NOT_FOUND', message: /takes no such request/ },
];
