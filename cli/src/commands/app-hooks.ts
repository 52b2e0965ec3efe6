import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { AppInstanceDocument, UpdateAppHooksDocument, type HookFieldsFragment, type UpdateAppHooksInput } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { withContext, type CommandContext } from './command-context.js';
import { findAppInstanceId } from './find-app-instance.js';

/** `ocopea apps hooks` and `ocopea apps set-hooks`: what an application does around a copy and after a restore. */
export function addAppHooksCommands(apps: Command): void {
  apps
    .command('hooks <app>')
    .description('its hooks: commands and statements around a copy and after a restore')
    .action((name: string, _options, command: Command) =>
      withContext(command, async (context) => {
        const { appInstance } = await context.client.request(AppInstanceDocument, { id: await findAppInstanceId(context, name) }, context);
        if (appInstance === null || appInstance === undefined) throw new CliError(`there is no application ${name}`);
        showHooks(context, appInstance.manifest.hooks);
      }),
    );

  apps
    .command('set-hooks <app> <file>')
    .description('give it the hooks of a file, a JSON list as "hooks -o json" prints it; "-" reads standard input, "[]" removes all')
    .action((name: string, file: string, _options, command: Command) =>
      withContext(command, async (context) => {
        const hooks = parseHooks(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8').catch(() => Promise.reject(new CliError(`the file ${file} cannot be read`))));
        const { updateAppHooks } = await context.client.request(UpdateAppHooksDocument, { input: { appInstanceId: await findAppInstanceId(context, name), hooks } }, context);
        showHooks(context, updateAppHooks?.appInstance?.manifest.hooks ?? []);
      }),
    );
}

/** What is wrong with a hook itself is the Site's to say. @throws CliError it is no list of objects */
export function parseHooks(json: string): UpdateAppHooksInput['hooks'] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new CliError('the hooks are no JSON');
  }
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (!isList) throw new CliError('the hooks are no JSON list of objects such as {"name": "freeze", "event": "BEFORE_COPY", "service": "web", "command": "freeze"}');
  return value as UpdateAppHooksInput['hooks'];
}

function showHooks(context: CommandContext, hooks: readonly HookFieldsFragment[]): void {
  context.rows(
    [
      { title: 'name', cell: (hook) => hook.name },
      { title: 'event', cell: (hook) => hook.event },
      { title: 'service', cell: (hook) => hook.service },
      { title: 'runs', cell: (hook) => hook.command ?? hook.statements },
      { title: 'deadline', cell: (hook) => `${hook.deadlineMs} ms`, align: 'right' },
      { title: 'on failure', cell: (hook) => hook.onFailure },
      { title: 'holds writes', cell: (hook) => (hook.holdsWrites ? 'yes' : '') },
    ],
    hooks,
  );
}
