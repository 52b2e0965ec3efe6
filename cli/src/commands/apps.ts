import type { Command } from 'commander';
import { AppInstanceDocument, AppInstancesDocument, DeleteAppDocument, StartAppDocument, StopAppDocument, type AppInstanceFieldsFragment, type OperationFieldsFragment } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { formatBytes, formatTime } from '../output/units.js';
import { addAppHooksCommands } from './app-hooks.js';
import { withContext, type CommandContext } from './command-context.js';
import { findAppInstanceId } from './find-app-instance.js';
import { limitOption, listAll } from './list-all.js';
import { finish } from './wait-for-operation.js';

/** `ocopea apps`: the applications of all Sites, and what can be done with one. */
export function addAppsCommand(program: Command): void {
  const apps = program.command('apps').description('the applications of all Sites');

  apps
    .command('list', { isDefault: true })
    .description('the applications of all Sites')
    .option('--site <site...>', 'only at these Sites')
    .addOption(limitOption(1_000))
    .action((options: { site?: string[]; limit: number }, command: Command) =>
      withContext(command, async (context) => {
        const rows = await listAll<AppInstanceFieldsFragment>(context, options.limit, async (first, after) => {
          const answer = await context.client.ask(AppInstancesDocument, { first, after: after ?? null, sites: options.site ?? null }, context);
          return { ...answer, data: answer.data.appInstances };
        });
        context.rows(
          [
            { title: 'id', cell: (app) => app.id },
            { title: 'name', cell: (app) => app.name },
            { title: 'site', cell: (app) => app.site.id },
            { title: 'phase', cell: (app) => app.phase },
            { title: 'health', cell: (app) => app.health },
            { title: 'address', cell: (app) => app.entryPointUrl },
            { title: 'created', cell: (app) => formatTime(app.createdAt) },
          ],
          rows,
        );
      }),
    );

  apps
    .command('get <app>')
    .description('one application, by name or id')
    .action((name: string, _options, command: Command) =>
      withContext(command, async (context) => {
        const { appInstance: app } = await context.client.request(AppInstanceDocument, { id: await findAppInstanceId(context, name) }, context);
        if (app === null || app === undefined) throw new CliError(`there is no application ${name}`);
        context.one(app, [
          ['id', app.id],
          ['name', app.name],
          ['site', app.site.id],
          ['phase', app.phase],
          ['health', app.health],
          ['reason', app.reason],
          ['address', app.entryPointUrl],
          ['restored from', app.restoredFromCopyId],
          ['created', formatTime(app.createdAt)],
          ...app.appServices.map((service) => [`app service ${service.name}`, `${service.phase}${service.reason ? `: ${service.reason}` : ''}`] as const),
          ...app.dataServices.map((service) => [`data service ${service.name}`, `${service.plan} ${service.phase} ${service.health}${service.reason ? `: ${service.reason}` : ''}${showFigures(service.figures)}`] as const),
        ]);
      }),
    );

  addAppHooksCommands(apps);

  for (const { verb, description, start } of verbs) {
    apps
      .command(`${verb} <app>`)
      .description(description)
      .option('--wait', 'until it is done')
      .action((name: string, options: { wait?: boolean }, command: Command) =>
        withContext(command, async (context) => {
          const operation = await start(context, { appInstanceId: await findAppInstanceId(context, name) });
          const ended = await finish(context, operation, options, `${verb} ${name}`);
          context.one(ended, [
            ['operation', ended.id],
            ['phase', ended.phase],
            ['outcome', ended.outcome],
          ]);
        }),
      );
  }
}

interface Verb {
  readonly verb: string;
  readonly description: string;
  readonly start: (context: CommandContext, input: { appInstanceId: string }) => Promise<OperationFieldsFragment>;
}

const verbs: readonly Verb[] = [
  {
    verb: 'stop',
    description: 'stop its app services; its data services stay',
    start: async ({ client }, input) => (await client.request(StopAppDocument, { input })).stopApp.operation,
  },
  {
    verb: 'start',
    description: 'start it again',
    start: async ({ client }, input) => (await client.request(StartAppDocument, { input })).startApp.operation,
  },
  {
    verb: 'delete',
    description: 'delete it with its data; its copies stay',
    start: async ({ client }, input) => (await client.request(DeleteAppDocument, { input })).deleteApp.operation,
  },
];

/** `, size 12.3 MB, connections 4`: figures have their unit in their names. */
function showFigures(figures: readonly { readonly name: string; readonly value: number }[]): string {
  return figures.map(({ name, value }) => (name.endsWith('Bytes') ? `, ${name.slice(0, -'Bytes'.length)} ${formatBytes(value)}` : `, ${name} ${value}`)).join('');
}
