/** Names of machines in formats: those that PostgreSQL itself prints. */
const architectureNames: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', arm: 'arm', ia32: 'i686', ppc64: 'ppc64le' };

/**
 * The format of a physical copy. It holds the server's files as they are, so it can be restored by the same major version on the
 * same architecture only.
 *
 * @example physicalFormat(18, 'x64') // 'postgres-physical/18-x86_64'
 */
export function physicalFormat(majorVersion: number, architecture: string = process.arch): string {
  return `postgres-physical/${majorVersion}-${architectureNames[architecture] ?? architecture}`;
}
