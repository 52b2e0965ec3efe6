import { delimiter, resolve } from 'node:path';
import { z } from 'zod';

/** The limits of the doors, by their names there. Not taken from there: what people use every day must not load a server. */
export const limitNames = [
  'bodyBytes',
  'depth',
  'tokens',
  'aliases',
  'rootFields',
  'directives',
  'fields',
  'cost',
  'listSize',
  'batch',
  'requestsPerSecond',
  'requestsBurst',
  'refusalsPerSecond',
  'refusalsBurst',
  'countedCallers',
  'registeredDocumentCharacters',
  'requestDeadlineMs',
  'headersDeadlineMs',
  'bodyDeadlineMs',
  'connections',
  'subscriptionsPerConnection',
  'connectionInitMs',
  'keepAliveMs',
  'slowSubscriberMs',
  'credentialCheckMs',
  'closeDeadlineMs',
] as const;
export type LimitName = (typeof limitNames)[number];

/** Limits for which 0 says that there is none, or that it is off. */
const mayBeZero: ReadonlySet<LimitName> = new Set(['requestsPerSecond', 'refusalsPerSecond', 'registeredDocumentCharacters']);

/** `bodyBytes` is set by `OCOPEA_LIMIT_BODY_BYTES`. */
export const limitVariable = (name: LimitName): `OCOPEA_LIMIT_${string}` => `OCOPEA_LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

const limit = (least: number) => z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(least, `must be at least ${least}`).optional();
const yesOrNo = (otherwise: 'true' | 'false') => z.enum(['true', 'false'], { error: 'must be true or false' }).default(otherwise).transform((said) => said === 'true');

/** What the doors of a Hub and a Site are configured by. */
export const doorVariables = {
  OCOPEA_INTROSPECTION: yesOrNo('true'),
  OCOPEA_DOCUMENTS: z.string().default('').transform((paths) => paths.split(delimiter).filter(Boolean).map((path) => resolve(path))),
  OCOPEA_SAFELIST: yesOrNo('false'),
  OCOPEA_ORIGINS: z.string().default('').transform((origins) => origins.split(',').map((origin) => origin.trim()).filter(Boolean)),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().regex(/^https?:\/\//, 'must begin with http:// or https://').optional(),
  ...(Object.fromEntries(limitNames.map((name) => [limitVariable(name), limit(mayBeZero.has(name) ? 0 : 1)])) as Record<`OCOPEA_LIMIT_${string}`, ReturnType<typeof limit>>),
};

const doorSchema = z.object(doorVariables);
export type DoorConfig = z.infer<typeof doorSchema>;

/** The limits that a configuration sets. */
export function limitsOf(config: DoorConfig): Partial<Record<LimitName, number>> {
  return Object.fromEntries(limitNames.flatMap((name) => {
    const value = (config as Readonly<Record<string, unknown>>)[limitVariable(name)];
    return value === undefined ? [] : [[name, value]];
  }));
}
