import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { RegisterSiteDocument, RemoveSiteDocument, SitesDocument, type SitesQuery } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { withContext } from './command-context.js';

/** `ocopea sites`: the Sites and how they are; letting one join, and letting one go. */
export function addSitesCommand(program: Command): void {
  const sites = program.command('sites').description('the Sites of the fabric and their health');

  sites
    .command('list', { isDefault: true })
    .description('the Sites of the fabric and their health')
    .action((_options, command: Command) =>
      withContext(command, async (context) => {
        const { data } = await context.client.ask(SitesDocument, {}, context);
        context.rows<SitesQuery['sites'][number]>(
          [
            { title: 'site', cell: (site) => site.id },
            { title: 'name', cell: (site) => site.name },
            { title: 'location', cell: (site) => site.location.label },
            { title: 'connection', cell: (site) => site.connection?.state },
            { title: 'health', cell: (site) => site.health ?? 'UNKNOWN' },
            { title: 'version', cell: (site) => site.version },
            { title: 'reason', cell: (site) => site.connection?.reason ?? site.healthReason },
          ],
          data.sites,
        );
      }),
    );

  sites
    .command('register <url>')
    .description('let a Site join this Hub, or tell the Hub its new address')
    .requiredOption('--join-token-file <path>', "file with the Site's one-time token, join.token in the Site's folder; - reads standard input")
    .action((url: string, options: { joinTokenFile: string }, command: Command) =>
      withContext(command, async (context) => {
        const joinToken = await readJoinToken(options.joinTokenFile);
        const { registerSite } = await context.client.request(RegisterSiteDocument, { input: { url, joinToken } }, context);
        context.one(registerSite.site, [['site', registerSite.site.id]]);
      }),
    );

  sites
    .command('remove <site>')
    .description('let the Hub forget a Site; what it has and runs stays there')
    .action((siteId: string, _options, command: Command) =>
      withContext(command, async (context) => {
        const { removeSite } = await context.client.request(RemoveSiteDocument, { input: { siteId } }, context);
        context.one(removeSite, [['site', removeSite.siteId]]);
      }),
    );
}

/** A token is no argument: those are seen by all users of a machine. */
async function readJoinToken(path: string): Promise<string> {
  let content: string;
  try {
    content = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8');
  } catch (error) {
    throw new CliError(`the join token cannot be read from ${path}: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}; a Site prints at its start where it is, and has none after it was used`);
  }
  if (content.trim() === '') throw new CliError(`${path} is empty; it should hold the Site's join token`);
  return content.trim();
}
