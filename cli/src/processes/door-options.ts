import { fileURLToPath } from 'node:url';
import { readKnownDocuments, type EdgeLimits, type KnownDocuments } from '@ocopea/edge';
import { limitsOf, type DoorConfig } from '../config/door-config.js';

/** What the SDK, and so this client, sends. */
const ownDocuments = fileURLToPath(new URL('../../../sdk/src/generated/persisted-documents.json', import.meta.url));

export interface ConfiguredDoors {
  readonly limits: Partial<EdgeLimits>;
  readonly introspection: boolean;
  readonly documents: KnownDocuments;
  readonly safelistOnly: boolean;
  readonly origins: readonly string[];
}

/** What the doors of a process are told by its configuration. @throws BAD_INPUT for a manifest that is none */
export async function configuredDoors(config: DoorConfig): Promise<ConfiguredDoors> {
  return {
    limits: limitsOf(config),
    introspection: config.OCOPEA_INTROSPECTION,
    documents: await readKnownDocuments([ownDocuments, ...config.OCOPEA_DOCUMENTS]),
    safelistOnly: config.OCOPEA_SAFELIST,
    origins: config.OCOPEA_ORIGINS,
  };
}
