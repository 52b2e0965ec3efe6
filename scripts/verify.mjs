// `npm run verify`: what the tests do not see: types, lint, import boundaries, stale generated files.
import { spawnSync } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, runNode, runTool } from './run.mjs';

ensureInstalled();
ensureBuilt();

console.log('verify: types, tests included');
runTool('typescript/bin/tsc', ['-p', 'tsconfig.check.json'], 'types do not hold');

console.log('verify: lint');
runTool('oxlint/bin/oxlint', ['--deny-warnings', '.'], 'lint found something');

console.log('verify: import boundaries');
runTool(
  'dependency-cruiser/bin/dependency-cruise.mjs',
  ['--config', '.dependency-cruiser.cjs', 'brokers', 'cli', 'edge', 'embedded', 'examples', 'gateway', 'graph', 'operations', 'prisma', 'sdk', 'security', 'subgraphs', '--output-type', 'err-long'],
  'an import crosses a boundary',
);

console.log('verify: generated files');
const generated = ['schema', 'sdk/src/generated'];
runNode(['scripts/generate.mjs'], 'schema/ and the SDK could not be generated');
const stale = spawnSync('git', ['status', '--porcelain', '--', ...generated], { cwd: root, encoding: 'utf8' });
if (stale.status === 0 && stale.stdout.trim() !== '') {
  console.error(`generated files are stale; run "npm run generate" and commit:\n${stale.stdout}`);
  process.exit(1);
}
console.log('verify: all well');
