import { BlockList, isIP } from 'node:net';

/**
 * Whether parts may be sent to an address: any but link-local ones, where clouds keep their metadata services. Loopback is
 * fine, since several Sites may share a machine.
 */
export function isAllowedTransferUrl({ protocol, hostname }: URL): boolean {
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family === 0) return !metadataNames.has(host.replace(/\.$/, ''));
  return !linkLocal.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

const metadataNames: ReadonlySet<string> = new Set(['metadata', 'metadata.google.internal', 'instance-data']);

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('fd00:ec2::254', 'ipv6');
