import { openSync } from 'node:fs';
import { spawnGated } from '../spawn-gated.js';

/** Is killed in the very moment in which it should write down who it started. */
const { log, command } = JSON.parse(process.argv[2]!) as { log: string; command: [string, ...string[]] };
const output = openSync(log, 'a');
await spawnGated({
  command,
  cwd: '/',
  environment: {},
  stdout: output,
  stderr: output,
  beforeRun: (identity) => {
    process.send!(identity);
    return new Promise(() => setInterval(() => undefined, 60_000));
  },
});
