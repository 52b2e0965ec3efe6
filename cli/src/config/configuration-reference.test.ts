import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../main.js';
import { clientVariables } from './client-config.js';
import { processVariables } from './process-config.js';

const documented = readFileSync(new URL('../../../docs/reference/configuration.md', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => /^\| `([A-Z_]+)` \| (?:`(--[a-z-]+)`)? ?\|/.exec(line)?.slice(1, 3) ?? []);

describe('the configuration reference', () => {
  it('lists exactly the variables that are read', () => {
    const variables = documented.filter((word) => word !== undefined && !word.startsWith('--'));
    expect(variables.toSorted()).toEqual([...new Set([...processVariables(), ...clientVariables])].toSorted());
  });

  it('lists exactly the flags that stand for a variable', () => {
    const flags = documented.filter((word) => word?.startsWith('--'));
    const program = createProgram();
    const ofProcesses = program.commands.filter((command) => ['up', 'hub', 'site'].includes(command.name())).flatMap((command) => command.options.map((option) => option.long));
    expect([...new Set(flags)].toSorted()).toEqual([...new Set([...ofProcesses, '--server'])].toSorted());
  });
});
