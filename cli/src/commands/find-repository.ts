import { CopyRepositoriesDocument } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import type { CommandContext } from './command-context.js';

/** The one repository of a Site, or the one of that name. @throws CliError naming those there are */
export async function findRepositoryId(context: CommandContext, siteId: string, name?: string): Promise<string> {
  const { copyRepositories } = await context.client.request(CopyRepositoriesDocument, {}, context);
  const ofSite = (copyRepositories ?? []).filter(({ site }) => site.id === siteId);
  const names = ofSite.map((repository) => repository.name).join(', ');
  if (ofSite.length === 0) throw new CliError(`Site "${siteId}" has no copy repository, or is not there; ocopea sites lists the Sites`);
  const [found, ...others] = name === undefined ? ofSite : ofSite.filter((repository) => repository.name === name);
  if (found === undefined) throw new CliError(`Site "${siteId}" has no copy repository "${name}"; it has: ${names}`);
  if (others.length > 0) throw new CliError(`Site "${siteId}" has several copy repositories; choose one with --repository: ${names}`);
  return found.id;
}
