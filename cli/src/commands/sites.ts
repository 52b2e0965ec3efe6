import type { Command } from 'commander';
import { SitesDocument } from '@ocopea/sdk';
import { withContext } from './command-context.js';

/** `ocopea sites`: the Sites and how they are. */
export function addSitesCommand(program: Command): void {
  program
    .command('sites')
    .description('the Sites of the fabric and their health')
    .action((_options, command: Command) =>
      withContext(command, async (context) => {
        const { data } = await context.client.ask(SitesDocument, {}, context);
        context.rows(
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
}
