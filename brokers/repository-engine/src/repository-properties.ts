import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import type { KeyEncryption, KeyWrapping } from './repository-keys.js';
import { Encryption } from './repository-layout.js';
import type { RegisteredRepository } from './repository-registry.js';

export interface RepositoryProperty {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly secret: boolean;
}

export type PropertyValues = Readonly<Record<string, string>>;

/** Properties that every repository of the engine takes, beside those of its adapter. */
export const engineProperties: readonly RepositoryProperty[] = [
  {
    name: 'encryption',
    description: 'How its keys are wrapped: "site" by the keys of the site that runs the broker, "passphrase" under one that opens it anywhere, "none" for no encryption. By default "passphrase" where one is given, else "site" where the broker has a site\'s keys, else "none".',
    required: false,
    secret: false,
  },
  { name: 'passphrase', description: 'What opens its keys when its encryption is "passphrase": at least 12 characters. Without it nothing in the repository can be read by anyone.', required: false, secret: true },
];

/** @throws INVALID_REQUEST a property is unknown, or a required one is missing */
export function checkProperties(repositoryId: string, given: PropertyValues, known: readonly RepositoryProperty[]): void {
  const unknown = Object.keys(given).find((name) => !known.some((one) => one.name === name));
  if (unknown !== undefined) throw invalid(`property "${unknown}" of repository "${repositoryId}" is unknown; known are ${known.map(({ name }) => `"${name}"`).join(', ')}`);
  const missing = known.find(({ name, required }) => required && given[name] === undefined);
  if (missing !== undefined) throw invalid(`property "${missing.name}" of repository "${repositoryId}" is missing: ${missing.description}`);
}

/** @throws INVALID_REQUEST */
export function encryptionOf(repositoryId: string, { encryption, passphrase }: PropertyValues, keyEncryption: KeyEncryption | undefined): Encryption {
  const chosen = encryption ?? (passphrase !== undefined ? Encryption.Passphrase : keyEncryption !== undefined ? Encryption.Site : Encryption.None);
  const known = Object.values(Encryption).find((one) => one === chosen);
  if (known === undefined) throw invalid(`property "encryption" of repository "${repositoryId}" is none of ${Object.values(Encryption).join(', ')}`);
  if ((known === Encryption.Passphrase) !== (passphrase !== undefined)) throw invalid(`property "passphrase" of repository "${repositoryId}" goes with encryption "passphrase", and only with it`);
  if (passphrase !== undefined && passphrase.length < 12) throw invalid(`property "passphrase" of repository "${repositoryId}" has fewer than 12 characters; give a longer one`);
  if (known !== Encryption.None && keyEncryption === undefined) throw invalid(`property "encryption" of repository "${repositoryId}" is "${known}", but this broker was given no keys of a site to keep secrets with; use "none"`);
  return known;
}

/** What opens a repository's keys; `undefined` when it is not encrypted. */
export function wrappingOf(encryption: Encryption, { passphrase }: PropertyValues, keyEncryption: KeyEncryption | undefined): KeyWrapping | undefined {
  if (encryption === Encryption.Passphrase && passphrase !== undefined) return { kind: 'passphrase', passphrase };
  return encryption === Encryption.Site && keyEncryption !== undefined ? { kind: 'site', keyEncryption } : undefined;
}

/** Divides the values, and seals the secret ones. @throws INVALID_REQUEST there are secrets, and nothing to seal them with */
export function sealProperties(repositoryId: string, values: PropertyValues, known: readonly RepositoryProperty[], keyEncryption: KeyEncryption | undefined): Pick<RegisteredRepository, 'properties' | 'secrets'> {
  const isSecret = (name: string): boolean => known.some((one) => one.name === name && one.secret);
  const entries = Object.entries(values);
  const secrets = entries.filter(([name]) => isSecret(name)).map(([name, value]) => {
    if (keyEncryption === undefined) throw invalid(`property "${name}" of repository "${repositoryId}" is a secret, and this broker was given no keys of a site to keep secrets with`);
    return [name, keyEncryption.seal(value, contextOf(repositoryId, name))] as const;
  });
  return { properties: Object.fromEntries(entries.filter(([name]) => !isSecret(name))), secrets: Object.fromEntries(secrets) };
}

/** The reverse of {@link sealProperties}. @throws KEY_UNAVAILABLE */
export function openProperties({ repositoryId, properties, secrets }: RegisteredRepository, keyEncryption: KeyEncryption | undefined): PropertyValues {
  const opened = Object.entries(secrets).map(([name, box]) => {
    try {
      return [name, keyEncryption!.open(box, contextOf(repositoryId, name))] as const;
    } catch (cause) {
      throw new BrokerError(BrokerErrorCode.KeyUnavailable, `property "${name}" of repository "${repositoryId}" cannot be opened: it was sealed with the keys of another site; forget the repository and make it again`, { cause });
    }
  });
  return { ...properties, ...Object.fromEntries(opened) };
}

function contextOf(repositoryId: string, name: string): string {
  return `copy-repository:${repositoryId}:${name}`;
}

function invalid(message: string): BrokerError {
  return new BrokerError(BrokerErrorCode.InvalidRequest, message);
}
