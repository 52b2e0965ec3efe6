import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CliError } from '../cli-error.js';

export interface ClientFlags {
  readonly server?: string;
  readonly tokenFile?: string;
}

export interface ClientConfig {
  readonly url: string;
  readonly token: string;
}

/** Every variable that the user's verbs read. */
export const clientVariables = ['OCOPEA_HOME', 'OCOPEA_PORT', 'OCOPEA_SERVER', 'OCOPEA_TOKEN'] as const;

/**
 * Where the graph is and the token for it. A flag wins over the environment: `OCOPEA_SERVER`, `OCOPEA_TOKEN`,
 * else the administrator's token in `OCOPEA_HOME` (by default `.ocopea` in the current folder).
 */
export async function readClientConfig(flags: ClientFlags, environment: NodeJS.ProcessEnv): Promise<ClientConfig> {
  const url = flags.server ?? environment.OCOPEA_SERVER ?? `http://127.0.0.1:${environment.OCOPEA_PORT ?? 4000}`;
  if (flags.tokenFile === undefined && environment.OCOPEA_TOKEN !== undefined) return { url, token: environment.OCOPEA_TOKEN };
  const path = resolve(flags.tokenFile ?? join(environment.OCOPEA_HOME ?? '.ocopea', 'admin.token'));
  try {
    return { url, token: (await readFile(path, 'utf8')).trim() };
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new CliError(`no token: ${path}: ${reason}; name its file with --token-file, or set OCOPEA_TOKEN or OCOPEA_HOME`);
  }
}
