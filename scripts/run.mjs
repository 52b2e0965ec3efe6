// Runs one program of this repository to its end; its failure ends this process with one plain line.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function runNode(args, failure, options = {}) {
  run(process.execPath, args, failure, options);
}

/** A program that a package brings, by the path of its script below node_modules. */
export function runTool(script, args, failure, options = {}) {
  runNode([join(root, 'node_modules', script), ...args], failure, options);
}

export function runNpm(args, failure) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) runNode([npm, ...args], failure);
  else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, failure, { shell: process.platform === 'win32' });
}

function run(command, args, failure, options) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.status === 0) return;
  console.error(`${failure}${result.error ? `: ${result.error.message}` : ''}`);
  process.exit(result.status || 1);
}
