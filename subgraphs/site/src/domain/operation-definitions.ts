import type { OperationEngineOptions } from '@ocopea/operations';
import { deleteAppDefinition } from './apps/delete-app.js';
import { deployAppDefinition } from './apps/deploy-app.js';
import { startAppDefinition } from './apps/start-app.js';
import { stopAppDefinition } from './apps/stop-app.js';
import { createCopyDefinition } from './copies/create-copy.js';
import { deleteCopyDefinition } from './copies/delete-copy.js';
import { pushCopyDefinition } from './copies/push-copy.js';
import { restoreCopyDefinition } from './copies/restore-copy.js';
import { verifyCopyDefinition } from './copies/verify-copy.js';
import type { SiteContext } from './site-context.js';

/** Everything that a Site does as a durable operation. */
export function operationDefinitions(site: SiteContext): OperationEngineOptions['definitions'] {
  return [
    createCopyDefinition(site),
    deleteAppDefinition(site),
    deleteCopyDefinition(site),
    deployAppDefinition(site),
    pushCopyDefinition(site),
    restoreCopyDefinition(site),
    startAppDefinition(site),
    stopAppDefinition(site),
    verifyCopyDefinition(site),
  ];
}
