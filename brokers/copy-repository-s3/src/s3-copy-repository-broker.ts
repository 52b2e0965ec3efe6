import { join, resolve } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { BrokerError, BrokerErrorCode, type CopyRepositoryBroker } from '@ocopea/broker-contract';
import { createRepositoryBroker, type PropertyValues, type RepositoryEngineOptions } from '@ocopea/repository-engine';
import { bucketProperties, isNotLinkLocal, locateBucket, parseLocation, type BucketLocation } from './bucket-location.js';
import { checkConditionalWrites, S3ObjectStore, type S3Sdk } from './s3-object-store.js';

export interface S3CopyRepositoryBrokerOptions extends RepositoryEngineOptions {
  /** Whether the property `endpoint` may name this address. @default all but link-local ones */
  isAllowedEndpoint?(url: URL): boolean;
  /** How long a request may neither take nor give a byte. @default 60 s */
  readonly idleMs?: number;
}

/**
 * Keeps copies in buckets, at Amazon or any store that speaks S3 with conditional writes. The layout is the one of
 * `docs/reference/repository-format.md`.
 *
 * @example
 * const broker = createS3CopyRepositoryBroker({ directory: '/var/lib/ocopea/copies-s3', keyEncryption });
 * await broker.createRepository({ repositoryId: 'offsite', properties: { bucket: 'copies', region: 'eu-central-1' } });
 */
export function createS3CopyRepositoryBroker(options: S3CopyRepositoryBrokerOptions): CopyRepositoryBroker {
  const directory = resolve(options.directory);
  const openStore = async (location: BucketLocation, properties: PropertyValues): Promise<S3ObjectStore> => {
    const sdk = await import('@aws-sdk/client-s3');
    return new S3ObjectStore({ sdk, client: openClient(sdk, location, properties, options.idleMs ?? 60_000), bucket: location.bucket, prefix: location.prefix });
  };
  return createRepositoryBroker({ ...options, directory }, {
    product: 's3',
    version: '0.1.0',
    description: 'Keeps copies as packed, compressed and encrypted chunks in a bucket.',
    properties: bucketProperties,
    locate: async (repositoryId, properties, others) => {
      const location = locateBucket(repositoryId, properties, others, options.isAllowedEndpoint ?? isNotLinkLocal);
      const store = await openStore(location, properties);
      const [found] = await store.list('', { limit: 1 });
      const isOurs = found === undefined || (await store.stat('ocopea-repository.json')) !== undefined || /^(keys|tmp)\//.test(found.key);
      if (!isOurs) throw new BrokerError(BrokerErrorCode.InvalidRequest, `the bucket or folder for repository "${repositoryId}" is not empty and is no repository; name an empty one in the property "prefix"`);
      await checkConditionalWrites(store);
      return JSON.stringify(location);
    },
    open: async (location, { repositoryId, properties }) => ({
      store: await openStore(parseLocation(location), properties),
      // The prefix keeps the ids "." and ".." from being anything but names.
      scratch: join(directory, 'scratch', `repository-${repositoryId}`),
    }),
  });
}

function openClient(sdk: S3Sdk, { endpoint, region }: BucketLocation, { accessKeyId, secretAccessKey }: PropertyValues, idleMs: number): S3Client {
  return new sdk.S3Client({
    region,
    // Other stores have buckets in the path, not in the name of the host.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(accessKeyId !== undefined && secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: idleMs, socketTimeout: idleMs },
  });
}
