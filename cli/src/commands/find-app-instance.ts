import { AppInstancesDocument, type AppInstanceFieldsFragment } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import type { CommandContext } from './command-context.js';

/** The id of an application given by id, or by a name that only one Site has. @throws CliError */
export async function findAppInstanceId(context: CommandContext, app: string): Promise<string> {
  if (app.includes('.')) return app;
  const { appInstances } = await context.client.request(AppInstancesDocument, { first: 10, filter: { name: app } }, context);
  const found: AppInstanceFieldsFragment[] = (appInstances?.edges ?? []).map((edge) => edge.node);
  if (found.length === 1) return found[0]!.id;
  if (found.length === 0) throw new CliError(`there is no application named "${app}"; "ocopea apps" lists them`);
  throw new CliError(`${found.length} applications are named "${app}"; give an id:\n${found.map(({ id }) => `  ${id}`).join('\n')}`);
}
