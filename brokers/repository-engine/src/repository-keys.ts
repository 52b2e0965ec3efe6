import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import type { ObjectStore } from './object-store.js';
import type { RepositoryKeys } from './repository-cipher.js';

/** What wraps a repository's keys, by whoever runs the broker: the Site's box of secrets, for example. */
export interface KeyEncryption {
  /** The text, encrypted; opens in the same context only. */
  seal(text: string, context: string): string;
  /** @throws anything, when it cannot be opened */
  open(box: string, context: string): string;
}

/** How the keys are wrapped: by the broker's {@link KeyEncryption}, or under a passphrase that opens them anywhere. */
export type KeyWrapping = { readonly kind: 'site'; readonly keyEncryption: KeyEncryption } | { readonly kind: 'passphrase'; readonly passphrase: string };

/** The file of keys: its name is a generation, the highest counts. */
interface WrittenKeys {
  readonly version: 1;
  readonly wrapping: KeyWrapping['kind'];
  readonly box: string;
}

interface ClearKeys {
  readonly nameKey: string;
  readonly current: number;
  readonly dataKeys: Readonly<Record<string, string>>;
}

const folder = 'keys/';
const keyBytes = 32;
/** Ids are 16 bits wide in the format. */
const mostDataKeys = 65_535;

/** Makes the keys of a new repository. */
export async function createKeys(store: ObjectStore, repositoryId: string, wrapping: KeyWrapping): Promise<void> {
  await write(store, 1, { nameKey: randomBytes(keyBytes), dataKeys: new Map([[1, randomBytes(keyBytes)]]), current: 1 }, repositoryId, wrapping);
}

/** @throws KEY_UNAVAILABLE when the wrapping does not fit, or there are none */
export async function openKeys(store: ObjectStore, repositoryId: string, wrapping: KeyWrapping): Promise<RepositoryKeys> {
  return (await read(store, repositoryId, wrapping)).keys;
}

/**
 * Adds a data key, which everything is sealed with from now on, and wraps all of them anew. What was written before stays as
 * it is, and readable.
 *
 * @throws CONFLICT another rotation was faster; CAPACITY_EXCEEDED 65,535 keys
 */
export async function rotateKeys(store: ObjectStore, repositoryId: string, wrapping: KeyWrapping): Promise<RepositoryKeys> {
  const { keys, generation, keysOfOld } = await read(store, repositoryId, wrapping);
  const current = Math.max(...keys.dataKeys.keys()) + 1;
  if (current > mostDataKeys) throw new BrokerError(BrokerErrorCode.CapacityExceeded, `repository "${repositoryId}" has had ${mostDataKeys} keys, which is all there can be; send its parts to a new one`);
  const rotated = { ...keys, dataKeys: new Map([...keys.dataKeys, [current, randomBytes(keyBytes)]]), current };
  await write(store, generation + 1, rotated, repositoryId, wrapping);
  // Only now: with the new ones written, no older wrapping is needed, nor should one open anything.
  for (const key of keysOfOld) await store.delete(key);
  return rotated;
}

async function read(store: ObjectStore, repositoryId: string, wrapping: KeyWrapping): Promise<{ readonly keys: RepositoryKeys; readonly generation: number; readonly keysOfOld: readonly string[] }> {
  const found: string[] = [];
  for await (const { key } of store.scan(folder)) if (/^keys\/\d{8}\.json$/.test(key)) found.push(key);
  found.sort();
  const latest = found.at(-1);
  const content = latest === undefined ? undefined : await store.get(latest);
  if (latest === undefined || content === undefined) throw unavailable(repositoryId, 'its folder "keys" is empty; bring it back from a backup');
  const written = parse<WrittenKeys>(content.toString('utf8'));
  if (written?.version !== 1) throw unavailable(repositoryId, `its ${latest} cannot be read; bring it back from a backup`);
  if (written.wrapping !== wrapping.kind) throw unavailable(repositoryId, `they are wrapped by "${written.wrapping}", not by "${wrapping.kind}"; make it with the property encryption=${written.wrapping}`);
  const clear = parse<ClearKeys>(await unwrap(written.box, repositoryId, wrapping));
  if (clear === undefined) throw unavailable(repositoryId, `its ${latest} holds no keys; bring it back from a backup`);
  const dataKeys = new Map(Object.entries(clear.dataKeys).map(([id, key]) => [Number(id), Buffer.from(key, 'base64')] as const));
  return { keys: { nameKey: Buffer.from(clear.nameKey, 'base64'), dataKeys, current: clear.current }, generation: Number(latest.slice(folder.length, -'.json'.length)), keysOfOld: found };
}

async function write(store: ObjectStore, generation: number, keys: RepositoryKeys, repositoryId: string, wrapping: KeyWrapping): Promise<void> {
  const dataKeys = Object.fromEntries([...keys.dataKeys].map(([id, key]) => [id, key.toString('base64')]));
  const clear: ClearKeys = { nameKey: keys.nameKey.toString('base64'), current: keys.current, dataKeys };
  const written: WrittenKeys = { version: 1, wrapping: wrapping.kind, box: await wrap(JSON.stringify(clear), wrapping) };
  const isNew = await store.put(`${folder}${String(generation).padStart(8, '0')}.json`, [Buffer.from(`${JSON.stringify(written)}\n`)]);
  if (!isNew && generation > 1) throw new BrokerError(BrokerErrorCode.Conflict, `the key of repository "${repositoryId}" is being rotated by another call; repeat this one if a further key is wanted`);
  await store.settle([folder]);
}

/** Not of the repository's id: it may be taken over under another one. */
const context = 'copy-repository:keys';

async function wrap(text: string, wrapping: KeyWrapping): Promise<string> {
  if (wrapping.kind === 'site') return wrapping.keyEncryption.seal(text, context);
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await keyOf(wrapping.passphrase, salt), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [salt, nonce, sealed].map((one) => one.toString('base64url')).join('.');
}

async function unwrap(box: string, repositoryId: string, wrapping: KeyWrapping): Promise<string> {
  if (wrapping.kind === 'site') {
    try {
      return wrapping.keyEncryption.open(box, context);
    } catch (cause) {
      throw unavailable(repositoryId, 'the key that wraps them is not the one of this site; run the broker with the keys of the site that made the repository', cause);
    }
  }
  const [salt, nonce, sealed] = box.split('.').map((one) => Buffer.from(one, 'base64url')) as [Buffer, Buffer, Buffer];
  try {
    const decipher = createDecipheriv('aes-256-gcm', await keyOf(wrapping.passphrase, salt), nonce, { authTagLength: 16 }).setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw unavailable(repositoryId, 'the passphrase is another one; give the one it was made with', cause);
  }
}

/** OWASP's figures for scrypt: 128 MiB, a third of a second. */
async function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  return await scryptAsync(passphrase.normalize('NFC'), salt, keyBytes, { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 });
}

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt);

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function unavailable(repositoryId: string, why: string, cause?: unknown): BrokerError {
  return new BrokerError(BrokerErrorCode.KeyUnavailable, `the keys of repository "${repositoryId}" cannot be opened: ${why}`, { cause });
}
