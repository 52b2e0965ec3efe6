import path from 'node:path';

/** Where the migrations of a Site's or the Hub's database are, in the sources and in the build alike. */
export function migrationsDirectory(of: 'site' | 'hub'): string {
  return path.resolve(import.meta.dirname, '..', of, 'migrations');
}
