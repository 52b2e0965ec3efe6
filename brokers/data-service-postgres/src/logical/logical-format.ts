/** Older servers and dumps are not known to this broker. */
export const oldestMajorVersion = 15;

/**
 * The format of a logical copy: an archive of `pg_dump --format=custom`, named for the version that wrote it. It holds statements and rows, so
 * that it can be restored by that version and newer ones, on any architecture. See docs/reference/postgres-logical-format.md.
 *
 * @example logicalFormat(18) // 'postgres-logical/18'
 */
export function logicalFormat(dumpMajorVersion: number): string {
  return `postgres-logical/${dumpMajorVersion}`;
}

/** The version in the name of a logical format; undefined for others. */
export function dumpVersionOf(format: string): number | undefined {
  const version = /^postgres-logical\/(\d{1,4})$/.exec(format)?.[1];
  return version === undefined ? undefined : Number(version);
}
