import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CliError } from '../cli-error.js';

export interface ClientFlags {
  readonly server?: string;
  readonly tokenFile?: string;
}

export interface ClientConfig {
  readonly url: string;
  /** A secret. */
  readonly token: string;
  /** Where the token was found, for messages. */
  readonly tokenSource: string;
}

/** Every variable that the user's verbs read. */
export const clientVariables = ['OCOPEA_HOME', 'OCOPEA_PORT', 'OCOPEA_SERVER', 'OCOPEA_TOKEN'] as const;

/** What to do about a token that is missing or wrong. */
export const whereTokensAre = 'name its file with --token-file, or set OCOPEA_TOKEN or OCOPEA_HOME';

/**
 * Where the graph is and the token for it. A flag wins over the environment: `OCOPEA_SERVER`, `OCOPEA_TOKEN`,
 * else the administrator's token in `OCOPEA_HOME` (by default `.ocopea` in the current folder).
 */
export async function readClientConfig(flags: ClientFlags, environment: NodeJS.ProcessEnv): Promise<ClientConfig> {
  const url = flags.server ?? environment.OCOPEA_SERVER ?? `http://127.0.0.1:${environment.OCOPEA_PORT ?? 4000}`;
  if (flags.tokenFile === undefined && environment.OCOPEA_TOKEN !== undefined) {
    return { url, token: oneWord(environment.OCOPEA_TOKEN, 'OCOPEA_TOKEN'), tokenSource: 'OCOPEA_TOKEN' };
  }
  const path = resolve(flags.tokenFile ?? join(environment.OCOPEA_HOME ?? '.ocopea', 'admin.token'));
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw noToken(path, error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read');
  });
  return { url, token: oneWord(text, path), tokenSource: path };
}

/** What is no single word cannot be sent as a token. */
function oneWord(text: string, source: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw noToken(source, token === '' ? 'it is empty' : 'it holds something else');
}

const noToken = (source: string, reason: string) => new CliError(`no token: ${source}: ${reason}; ${whereTokensAre}`);
