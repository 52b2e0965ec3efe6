import { runDeadlineMs } from '@ocopea/broker-contract';
import type { AppManifest, HookManifest } from './app-manifest.js';

const most = { hooks: 32, statements: 16_384 };
const hookName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Everything that is wrong with the hooks of a manifest in themselves, one sentence each. */
export function hookProblems({ hooks = [], appServices, dataServices }: AppManifest): readonly string[] {
  const names = hooks.map(({ name }) => name);
  return [
    ...(hooks.length > most.hooks ? [`it has ${hooks.length} hooks, at most ${most.hooks} are taken`] : []),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `the name "${name}" is given to two hooks; each needs its own`),
    ...hooks.flatMap((hook) => [
      ...bodyProblems(hook, {
        isAppService: appServices.some(({ name }) => name === hook.service),
        isDataService: dataServices.some(({ name }) => name === hook.service),
      }),
      ...holdProblems(hook, hooks),
    ]),
  ];
}

interface Service {
  readonly isAppService: boolean;
  readonly isDataService: boolean;
}

function bodyProblems({ name, service, command, statements, deadlineMs }: HookManifest, { isAppService, isDataService }: Service): string[] {
  const of = `hook "${name}"`;
  const problems: string[] = [];
  if (!hookName.test(name)) problems.push(`hook name "${name}" is not a lower-case DNS label (letters, digits, dashes, a letter first)`);
  if (!Number.isInteger(deadlineMs) || deadlineMs < runDeadlineMs.least || deadlineMs > runDeadlineMs.most) {
    problems.push(`${of} has a deadline of ${deadlineMs} ms: ${runDeadlineMs.least} to ${runDeadlineMs.most} are taken`);
  }
  if (!isAppService && !isDataService) problems.push(`${of} is of service "${service}", and no service has this name`);
  if ((command === undefined) === (statements === undefined)) problems.push(`${of} needs either a command or statements, and not both`);
  else if (command !== undefined && isDataService) problems.push(`${of} has a command for data service "${service}"; give it statements, or name an app service`);
  else if (statements !== undefined && isAppService) problems.push(`${of} has statements for app service "${service}"; give it a command, or name a data service`);
  if (command !== undefined && !hookName.test(command)) {
    problems.push(`${of} has the command ${JSON.stringify(command.slice(0, 80))}, which is no name: artifacts declare commands by name, and hooks give no command lines`);
  }
  if (statements !== undefined && statements.trim() === '') problems.push(`${of} has statements that are empty`);
  if (statements !== undefined && statements.length > most.statements) problems.push(`${of} has statements of ${statements.length} characters, at most ${most.statements} are taken`);
  return problems;
}

/** Whoever is told to hold must be told to go on. */
function holdProblems({ name, event, service, holdsWrites }: HookManifest, hooks: readonly HookManifest[]): string[] {
  if (!holdsWrites) return [];
  if (event !== 'BEFORE_COPY') return [`hook "${name}" holds writes and is not before a copy; only such a one can`];
  if (hooks.some((other) => other.event === 'AFTER_COPY' && other.service === service)) return [];
  return [`hook "${name}" holds writes, and no hook after a copy lets service "${service}" go on; declare one`];
}
