/**
 * Whether a small change moves all bytes behind it, so that only boundaries which follow the content find again what is the
 * same. The family of a format, before the `/`, says so: archives of trees and objects (`tree/1`, `volume-tree/1`), and logical
 * dumps (`postgres-logical/18`). Everything else counts as pages that stay at their places.
 *
 * @example
 * contentShifts('postgres-logical/18'); // true
 * contentShifts('postgres-physical/18-x86_64'); // false
 */
export function contentShifts(format: string): boolean {
  return /^([a-z0-9-]+-)?(tree|objects|tar|dump|logical)(\/|$)/.test(format);
}

/**
 * Whether the content is a tar whose files keep their pages at their places, while the files themselves move in it: physical copies of
 * databases (`postgres-physical/18-x86_64`).
 */
export function archivesPages(format: string): boolean {
  return /^([a-z0-9-]+-)?physical(\/|$)/.test(format);
}
