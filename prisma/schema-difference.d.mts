export interface SchemaDifferenceOptions {
  /** Of a role that may create databases. */
  readonly databaseUrl: string;
  /** With the `.prisma` files and `migrations/`. */
  readonly directory: string;
  /** Which of the `.prisma` files. @default all */
  readonly files?: readonly string[];
}

export function schemaDifference(options: SchemaDifferenceOptions): Promise<string>;
