import { resolve } from 'node:path';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { doorVariables } from './door-config.js';
import { forwardHeaders } from './forward-headers.js';
import { sharedPostgresVariables } from './shared-postgres.js';

/** Whether only this machine can reach an address. */
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

const port = z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535);
const atLeastOne = z.coerce.number({ error: 'must be a whole number from 1 on' }).int('must be a whole number from 1 on').min(1, 'must be a whole number from 1 on');
const logLevel = z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info');
const siteId = z.string().regex(/^(?!hub$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a DNS label (lower-case letters, digits, dashes) other than "hub"');
const url = z.string().regex(/^https?:\/\//, 'must begin with http:// or https://');

const shared = {
  OCOPEA_HOME: z.string().default('.ocopea').transform((path) => resolve(path)),
  OCOPEA_HOST: z.string().default('127.0.0.1'),
  OCOPEA_LOG_LEVEL: logLevel,
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// address').optional(),
  OCOPEA_ADMIN_TOKEN_FILE: z.string().optional(),
};

const upSchema = z.object({
  OCOPEA_HOME: shared.OCOPEA_HOME,
  OCOPEA_HOST: shared.OCOPEA_HOST,
  OCOPEA_LOG_LEVEL: shared.OCOPEA_LOG_LEVEL,
  OCOPEA_PORT: port.default(4000),
  // Its Sites read them too; what is wrong is told before anything starts.
  ...sharedPostgresVariables,
});
const hubSchema = z
  .object({
    ...shared,
    ...doorVariables,
    OCOPEA_PORT: port.default(4000),
    OCOPEA_SUPERGRAPH: z.string().min(1).optional(),
    OCOPEA_FORWARD_HEADERS: forwardHeaders,
    OCOPEA_NO_AUTH: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false').transform((said) => said === 'true'),
  })
  .superRefine(({ OCOPEA_NO_AUTH, OCOPEA_SUPERGRAPH, OCOPEA_HOST, OCOPEA_FORWARD_HEADERS }, { addIssue }) => {
    if (OCOPEA_SUPERGRAPH === undefined && OCOPEA_FORWARD_HEADERS.includes('authorization')) {
      const message = '"authorization" cannot go to a Site: the Hub brings a token of its own that says for whom it asks; leave it out';
      addIssue({ code: 'custom', path: ['OCOPEA_FORWARD_HEADERS'], message });
    }
    const problem = (message: string) => addIssue({ code: 'custom', path: ['OCOPEA_NO_AUTH'], message });
    if (!OCOPEA_NO_AUTH) return;
    if (OCOPEA_SUPERGRAPH === undefined) problem('--no-auth goes with --supergraph only: a Hub of Sites always asks for a credential; leave it out');
    if (!isLoopback(OCOPEA_HOST)) problem(`--no-auth lets everyone in who can reach ${OCOPEA_HOST}; listen on 127.0.0.1, or leave it out and use the administrator's token`);
  });
const siteSchema = z.object({
  ...shared,
  ...doorVariables,
  ...sharedPostgresVariables,
  OCOPEA_PORT: port.default(4001),
  OCOPEA_SITE_ID: siteId,
  OCOPEA_SITE_NAME: z.string().min(1).max(100).optional(),
  OCOPEA_SITE_LOCATION: z.string().min(1).max(100).optional(),
  OCOPEA_SITE_LATITUDE: z.coerce.number().min(-90).max(90).optional(),
  OCOPEA_SITE_LONGITUDE: z.coerce.number().min(-180).max(180).optional(),
  OCOPEA_PUBLIC_URL: url.optional(),
  OCOPEA_ARTIFACTS: z.string().optional(),
  OCOPEA_BULK_OPERATIONS: atLeastOne.optional(),
  OCOPEA_REPOSITORY_OPERATIONS: atLeastOne.optional(),
  OCOPEA_QUEUE_DEADLINE_MS: atLeastOne.optional(),
});

export type UpConfig = z.infer<typeof upSchema>;
export type HubConfig = z.infer<typeof hubSchema>;
export type SiteConfig = z.infer<typeof siteSchema>;

/** Every variable that one of the processes reads. */
export const processVariables = (): readonly string[] => [upSchema, hubSchema, siteSchema].flatMap((schema) => Object.keys(schema.shape));

/** What `ocopea up` runs with. @throws CliError naming every variable that is wrong */
export const readUpConfig = (environment: NodeJS.ProcessEnv): UpConfig => parse('up', upSchema, environment);

/** What `ocopea hub` runs with. @throws CliError naming every variable that is wrong */
export const readHubConfig = (environment: NodeJS.ProcessEnv): HubConfig => parse('hub', hubSchema, environment);

/** What `ocopea site` runs with. @throws CliError naming every variable that is wrong */
export const readSiteConfig = (environment: NodeJS.ProcessEnv): SiteConfig => parse('site', siteSchema, environment);

function parse<Schema extends z.ZodObject>(command: string, schema: Schema, environment: NodeJS.ProcessEnv): z.infer<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${explain(issue, environment)}`);
  throw new CliError(`ocopea ${command} cannot start, its configuration is wrong:\n${problems.join('\n')}`, 2);
}

function explain({ path, message }: z.core.$ZodIssue, environment: NodeJS.ProcessEnv): string {
  return environment[String(path[0])] === undefined ? 'is missing' : message;
}
