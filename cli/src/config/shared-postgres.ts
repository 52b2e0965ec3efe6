import { delimiter, resolve } from 'node:path';
import { readPrivateFile } from '@ocopea/security';
import { z } from 'zod';
import { CliError } from '../cli-error.js';

const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type TlsMode = (typeof tlsModes)[number];

/** What the data services of a Site on a server that is there already are configured by. */
export const sharedPostgresVariables = {
  /** May hold the password: a secret, and never printed. */
  OCOPEA_SHARED_POSTGRES_URL: z.string().superRefine((text, { addIssue }) => {
    const problem = problemOf(text);
    if (problem !== undefined) addIssue({ code: 'custom', message: problem });
  }).optional(),
  OCOPEA_SHARED_POSTGRES_PASSWORD_FILE: z.string().min(1).optional(),
  OCOPEA_POSTGRES_PROGRAMS: z.string().default('').transform((paths) => paths.split(delimiter).filter(Boolean).map((path) => resolve(path))),
};

const schema = z.object(sharedPostgresVariables);
export type SharedPostgresConfig = z.infer<typeof schema>;

/** A server and its administrator's login. */
export interface SharedPostgres {
  readonly endpoint: {
    readonly host: string;
    readonly port: number;
    readonly tls: { readonly mode: 'disable' | 'require' } | { readonly mode: 'verify-ca' | 'verify-full'; readonly rootCertificateFile: string };
  };
  readonly database: string;
  readonly user: string;
  /** A secret. */
  readonly password: string;
}

/** The shared server that is configured, with its password; undefined for none. @throws CliError naming the variable; INSECURE_FILE */
export async function sharedServerOf({ OCOPEA_SHARED_POSTGRES_URL: text, OCOPEA_SHARED_POSTGRES_PASSWORD_FILE: file }: SharedPostgresConfig): Promise<SharedPostgres | undefined> {
  if (text === undefined) return undefined;
  const url = new URL(text);
  const password = file === undefined ? decodeURIComponent(url.password) : (await readPrivateFile(resolve(file)))?.trim();
  if (password === undefined) throw new CliError(`OCOPEA_SHARED_POSTGRES_PASSWORD_FILE: there is no file "${file}"`, 2);
  if (password === '') throw new CliError('OCOPEA_SHARED_POSTGRES_URL: the address holds no password; add it, or name a file with OCOPEA_SHARED_POSTGRES_PASSWORD_FILE', 2);
  const host = hostOf(url);
  const mode = tlsModeOf(url) as TlsMode;
  return {
    endpoint: {
      host,
      port: Number(url.port || 5432),
      tls: mode === 'disable' || mode === 'require' ? { mode } : { mode, rootCertificateFile: resolve(url.searchParams.get('sslrootcert') ?? '') },
    },
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(url.username),
    password,
  };
}

function problemOf(text: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(text)) return 'must be a postgresql:// address';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || hostOf(url) === '') return 'must have the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE';
  if (url.username === '') return 'must name the administrator: postgresql://USER:PASSWORD@HOST';
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'sslmode' && name !== 'sslrootcert');
  if (unknown !== undefined) return `knows no parameter "${unknown}"; it knows sslmode and sslrootcert`;
  const mode = tlsModeOf(url);
  if (mode === undefined) return `must say sslmode=${tlsModes.join(', ')}: without it passwords would cross the network in whatever way the server likes`;
  if (!tlsModes.some((one) => one === mode)) return `has sslmode "${mode}"; it can be ${tlsModes.join(', ')}`;
  if (mode.startsWith('verify') && !url.searchParams.has('sslrootcert')) return `needs sslrootcert=FILE with the certificates to verify by, for sslmode=${mode}`;
  return undefined;
}

/** Nothing leaves the machine on loopback; elsewhere it has to be said. */
function tlsModeOf(url: URL): string | undefined {
  const host = hostOf(url);
  return url.searchParams.get('sslmode') ?? (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host) ? 'disable' : undefined);
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
