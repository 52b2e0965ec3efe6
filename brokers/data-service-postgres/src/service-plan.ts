import { BrokerError, BrokerErrorCode, type ServicePlan } from '@ocopea/broker-contract';
import type { PostgresSettings } from '@ocopea/embedded';
import { physicalFormat } from './postgres-format.js';

export const dedicatedPlanId = 'dedicated';

interface Setting {
  readonly name: string;
  readonly description: string;
  readonly default: string;
  readonly min: number;
  readonly max: number;
  /** The setting of postgresql.conf that it becomes. */
  readonly apply: (value: number) => PostgresSettings;
}

const settings: readonly Setting[] = [
  { name: 'maxConnections', description: 'Sessions at the same time, 10 to 1000.', default: '50', min: 10, max: 1000, apply: (value) => ({ max_connections: value }) },
  { name: 'sharedBuffersMb', description: 'Memory for data pages in MiB, 16 to 8192.', default: '64', min: 16, max: 8192, apply: (value) => ({ shared_buffers: `${value}MB` }) },
];

/** The plan of a server of its own for each data service. */
export function dedicatedPlan(server: { readonly majorVersion: number; readonly version: string }): ServicePlan {
  const format = physicalFormat(server.majorVersion);
  return {
    id: dedicatedPlanId,
    name: 'Dedicated server',
    description: 'A PostgreSQL server of its own on the machine of the Site, copied physically while it serves.',
    price: '',
    protocols: [{ name: 'postgresql', version: server.version }],
    writesFormats: [format],
    restoresFormats: [format],
    settings: settings.map(({ name, description, default: value }) => ({ name, description, default: value })),
  };
}

/**
 * What the settings of a request become in postgresql.conf.
 * @throws INVALID_REQUEST naming the setting
 */
export function serverSettings(given: Readonly<Record<string, string>>): PostgresSettings {
  const unknown = Object.keys(given).find((name) => !settings.some((one) => one.name === name));
  if (unknown !== undefined) throw invalid(unknown, `plan "${dedicatedPlanId}" has no such setting; it has ${settings.map(({ name }) => `"${name}"`).join(', ')}`);
  return Object.assign({}, ...settings.map((setting) => setting.apply(parse(setting, given[setting.name] ?? setting.default)))) as PostgresSettings;
}

/** Settings with the defaults filled in, for comparison. */
export function completeSettings(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(settings.map(({ name, default: value }) => [name, given[name] ?? value]));
}

function parse({ name, min, max }: Setting, text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < min || value > max) throw invalid(name, `it must be a whole number from ${min} to ${max}`);
  return value;
}

function invalid(name: string, why: string): BrokerError {
  return new BrokerError(BrokerErrorCode.InvalidRequest, `setting "${name}" cannot be used: ${why}`);
}
