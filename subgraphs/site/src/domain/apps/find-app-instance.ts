import { conflict, notFound, requireId } from '@ocopea/graph';
import type { AppInstance } from '../../store/generated/client.js';
import type { SiteContext } from '../site-context.js';
import { refusalOf, type AppInstanceAction } from './app-instance-state.js';

/**
 * The app instance that a request names, in a phase that allows what is asked of it.
 *
 * @throws INVALID_ID, WRONG_ID_KIND, NOT_FOUND, CONFLICT
 */
export async function findAppInstance(site: SiteContext, id: string, action: AppInstanceAction): Promise<AppInstance> {
  requireId(id, 'app');
  const row = await site.database.appInstance.findUnique({ where: { id } });
  if (row === null) throw notFound('app instance', id);
  const refusal = refusalOf(action, row.phase);
  if (refusal !== undefined) throw conflict(`app instance "${row.name}" cannot be ${done[action]}: ${refusal}`);
  return row;
}

const done: Readonly<Record<AppInstanceAction, string>> = { stop: 'stopped', start: 'started', copy: 'copied', changeHooks: 'given other hooks', delete: 'deleted' };
