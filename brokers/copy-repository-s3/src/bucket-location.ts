import { isIPv4 } from 'node:net';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import type { PropertyValues, RegisteredRepository, RepositoryProperty } from '@ocopea/repository-engine';

/** Where a repository lies. */
export interface BucketLocation {
  readonly bucket: string;
  /** Empty, or it ends with `/`. */
  readonly prefix: string;
  /** Absent: Amazon's, for the region. */
  readonly endpoint?: string;
  readonly region: string;
}

export const bucketProperties: readonly RepositoryProperty[] = [
  { name: 'bucket', description: 'Name of the bucket, which exists.', required: true, secret: false },
  { name: 'prefix', description: 'Folder in the bucket that the repository has for itself. By default the whole bucket.', required: false, secret: false },
  { name: 'endpoint', description: 'Address of the store, for others than Amazon\'s: https://s3.example.org.', required: false, secret: false },
  { name: 'region', description: 'Region of the bucket. By default us-east-1.', required: false, secret: false },
  { name: 'accessKeyId', description: 'Key to sign with. By default what the environment of the broker has: variables, a profile, the role of the machine.', required: false, secret: false },
  { name: 'secretAccessKey', description: 'The secret that goes with accessKeyId.', required: false, secret: true },
];

/**
 * @param isAllowed whether an address may be called
 * @throws INVALID_REQUEST
 */
export function locateBucket(repositoryId: string, properties: PropertyValues, others: readonly RegisteredRepository[], isAllowed: (url: URL) => boolean): BucketLocation {
  const { bucket = '', endpoint, region = 'us-east-1', accessKeyId, secretAccessKey } = properties;
  const invalid = (property: string, why: string): BrokerError => new BrokerError(BrokerErrorCode.InvalidRequest, `property "${property}" of repository "${repositoryId}" ${why}`);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw invalid('bucket', 'is no name of a bucket: 3 to 63 of a-z 0-9 . -');
  const prefix = properties['prefix'] === undefined || properties['prefix'] === '' ? '' : `${properties['prefix'].replace(/\/+$/, '')}/`;
  if (prefix.length > 300 || !/^((?!\.{1,2}\/)[A-Za-z0-9._-]+\/)*$/.test(prefix)) throw invalid('prefix', 'must be names of A-Z a-z 0-9 . _ -, divided by "/", at most 300 characters');
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw invalid('region', 'is no name of a region');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) throw invalid('secretAccessKey', 'goes with "accessKeyId": give both or none');
  if (endpoint !== undefined) {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') throw invalid('endpoint', 'is no plain http or https address');
    if (!isAllowed(url)) throw invalid('endpoint', 'is an address that this broker may not call');
  }
  const location: BucketLocation = { bucket, prefix, region, ...(endpoint !== undefined && { endpoint }) };
  for (const other of others) {
    const there = parseLocation(other.location);
    const isSameBucket = there.bucket === bucket && there.endpoint === endpoint;
    if (!isSameBucket || !(prefix.startsWith(there.prefix) || there.prefix.startsWith(prefix))) continue;
    throw invalid('prefix', `names a folder that repository "${other.repositoryId}" lies in; name another folder`);
  }
  return location;
}

export function parseLocation(location: string): BucketLocation {
  return JSON.parse(location) as BucketLocation;
}

/** Any address but those that only the machine itself should call: link-local ones, where clouds give out credentials. */
export function isNotLinkLocal({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return !(isIPv4(host) && host.startsWith('169.254.')) && !/^(fe[89ab]|fd00:ec2:)/i.test(host) && host !== 'metadata.google.internal';
}
