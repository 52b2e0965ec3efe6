// `npm test`: everything that needs nothing outside. The last line counts from the runner's own report.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './run.mjs';

ensureInstalled();
ensureBuilt();
const report = join(root, '.cache', 'test-report.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(report, { force: true });
const vitest = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
let counted = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
try {
  counted = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  console.error('the test runner left no report');
}
console.log(`tests: ${counted.numPassedTests} passed, ${counted.numFailedTests} failed, ${counted.numPendingTests + counted.numTodoTests} skipped`);
process.exitCode = vitest.status || (counted.numFailedTests > 0 || counted.numPassedTests === 0 ? 1 : 0);
