import type { ServicePlan } from '@ocopea/broker-contract';
import type { PostgresSettings } from '@ocopea/embedded';
import { logicalFormat } from './logical/logical-format.js';
import { restorableFormats, type PostgresPrograms } from './logical/postgres-programs.js';
import { offeredSettings, type PlanSetting } from './plan-settings.js';
import { physicalFormat } from './postgres-format.js';

export const dedicatedPlanId = 'dedicated';

interface DedicatedSetting extends PlanSetting {
  /** The setting of postgresql.conf that it becomes. */
  readonly apply: (value: number) => PostgresSettings;
}

export const dedicatedSettings: readonly DedicatedSetting[] = [
  { name: 'maxConnections', description: 'Sessions at the same time, 10 to 1000.', default: '50', min: 10, max: 1000, apply: (value) => ({ max_connections: value }) },
  { name: 'sharedBuffersMb', description: 'Memory for data pages in MiB, 16 to 8192.', default: '64', min: 16, max: 8192, apply: (value) => ({ shared_buffers: `${value}MB` }) },
];

/** The plan of a server of its own for each data service. */
export function dedicatedServicePlan(server: { readonly majorVersion: number; readonly version: string }, programs: readonly PostgresPrograms[]): ServicePlan {
  const format = physicalFormat(server.majorVersion);
  return {
    id: dedicatedPlanId,
    name: 'Dedicated server',
    description: "A PostgreSQL server of its own on the machine of the Site, copied physically while it serves, or logically where PostgreSQL's client programs are.",
    price: '',
    protocols: [{ name: 'postgresql', version: server.version }],
    // Logical ones where the programs for them are: nothing of PostgreSQL's own is asked of whoever does not want them.
    writesFormats: [format, ...(programs.some(({ majorVersion }) => majorVersion === server.majorVersion) ? [logicalFormat(server.majorVersion)] : [])],
    restoresFormats: [format, ...restorableFormats(programs, server.majorVersion)],
    settings: offeredSettings(dedicatedSettings),
  };
}

/** What complete settings become in postgresql.conf. */
export function serverSettings(complete: Readonly<Record<string, string>>): PostgresSettings {
  return Object.assign({}, ...dedicatedSettings.map(({ name, apply }) => apply(Number(complete[name])))) as PostgresSettings;
}
