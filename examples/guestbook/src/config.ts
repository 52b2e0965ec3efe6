/** What the guestbook needs to know, from the environment that its PaaS broker gives it. */
export interface GuestbookConfig {
  /** `postgresql://…` of a database the guestbook may create its table in. */
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
}

/** Reads the environment once; reports every problem together. */
export function readConfig(environment: NodeJS.ProcessEnv): GuestbookConfig {
  const problems: string[] = [];
  const databaseUrl = environment.DATABASE_URL ?? '';
  if (databaseUrl === '') problems.push('DATABASE_URL is missing: give the postgresql:// address of its database');
  const port = Number(environment.PORT ?? '');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push('PORT must be a number from 1 to 65535');
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return { databaseUrl, host: environment.HOST ?? '127.0.0.1', port };
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(problems: readonly string[]) {
    super(`guestbook cannot start:\n  ${problems.join('\n  ')}`);
  }
}
