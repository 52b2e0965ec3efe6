import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { badInput } from '@ocopea/graph';

/**
 * The base address of a Site from what a person typed, without a slash at the end. Refused are other schemes than http(s),
 * credentials in the address, and hosts that are, or resolve to, link-local addresses, where clouds keep their metadata
 * services. Loopback is fine, since Hub and Sites may share a machine.
 *
 * @throws BAD_INPUT
 */
export async function siteAddress(text: string, argument: string): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw badInput(argument, 'an address that begins with http:// or https:// is expected');
  }
  if (url.username !== '' || url.password !== '') throw badInput(argument, 'no user or password may be in the address');
  if (url.search !== '' || url.hash !== '') throw badInput(argument, 'the base address is expected, without ? and #');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (metadataNames.has(host.replace(/\.$/, '').toLowerCase()) || addresses.some(isLinkLocal)) {
    throw badInput(argument, 'link-local and metadata addresses are not allowed; give the address that the Site serves');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** A name that does not resolve now is none of our business: the Site cannot be reached, and that is said elsewhere. */
async function resolve(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

function isLinkLocal(address: string): boolean {
  return forbidden.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

const metadataNames: ReadonlySet<string> = new Set(['metadata', 'metadata.google.internal', 'instance-data']);

const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
