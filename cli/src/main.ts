import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { OcopeaRequestError } from '@ocopea/sdk';
import { CliError } from './cli-error.js';
import { addAppsCommand } from './commands/apps.js';
import { addCopiesCommand } from './commands/copies.js';
import { addOperationsCommand } from './commands/operations.js';
import { addProcessCommands } from './commands/processes.js';
import { addRepositoriesCommand } from './commands/repositories.js';
import { addSitesCommand } from './commands/sites.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** The `ocopea` command. Sets the exit code: 0 done, 1 it failed, 2 it was asked wrongly. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
    // A process that waits to hear of its starter's end keeps the channel to it open, and itself alive.
    if (process.connected) process.disconnect();
  }
}

export function createProgram(): Command {
  const program = new Command('ocopea')
    .description('Whole, consistent copies of cloud-native applications across datacenters and clouds.')
    .version(version)
    .option('--server <url>', 'address of a Hub or a Site (OCOPEA_SERVER; default http://127.0.0.1:4000)')
    .option('--token-file <path>', 'file with the token (default: admin.token in OCOPEA_HOME)')
    .addOption(new Option('-o, --output <format>', 'how to answer').choices(['table', 'json']).default('table'))
    .showHelpAfterError('(ocopea --help tells more)')
    .exitOverride();
  addSitesCommand(program);
  addAppsCommand(program);
  addCopiesCommand(program);
  addRepositoriesCommand(program);
  addOperationsCommand(program);
  addProcessCommands(program);
  return program;
}

/** By shape: the package of these errors belongs to the processes, which are loaded only when one of them runs. */
function isCoded(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && error.name === 'OcopeaError' && typeof (error as { code?: unknown }).code === 'string';
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CliError) {
    process.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof OcopeaRequestError || isCoded(error)) {
    process.stderr.write(`error: ${error.message} (${error.code})\n`);
    return 1;
  }
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
