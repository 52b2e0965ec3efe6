// `npm run faults`: the fault matrix of tests/faults/matrix, on real processes; takes an hour and goes on where it was stopped.
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, runNode } from './run.mjs';

ensureInstalled();
ensureBuilt();
const { rolldown } = await import('rolldown');
const programs = join(root, 'node_modules', '.ocopea-faults');
for (const name of ['main', 'sweeper']) {
  const bundle = await rolldown({
    input: join(root, 'tests', 'faults', 'matrix', `${name}.ts`),
    platform: 'node',
    // What tests share with the packages that they test has no compiled form.
    external: (id) => /^[a-z@]/.test(id) && !id.endsWith('/testing'),
    resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
  });
  await bundle.write({ file: join(programs, `${name}.mjs`), format: 'esm', codeSplitting: false });
  await bundle.close();
}
runNode([join(programs, 'main.mjs'), ...process.argv.slice(2)], 'the fault matrix has faults');
