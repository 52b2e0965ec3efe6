import { PARTITION_SPEC_URL } from '@ocopea/partition';

/**
 * Makes the enum `PartitionMerge` part of the partition specification in the supergraph.
 *
 * Composition imports composed directives alone, so the enum of their argument would pass for a type of the application
 * and show up in the API; and `@inaccessible` on it is refused, since the directives refer to it.
 */
export function publishPartitionImports(supergraphSdl: string): string {
  return supergraphSdl.replace(
    new RegExp(`(@link\\(url: "${PARTITION_SPEC_URL.replaceAll('.', '\\.')}", import: \\[)([^\\]]*)\\]`),
    (whole, start: string, imports: string) => (imports.includes('"PartitionMerge"') ? whole : `${start}${imports}, "PartitionMerge"]`),
  );
}
