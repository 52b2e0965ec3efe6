import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Other gateways: heavy, and needed by nothing else. */
export const peersFolder = fileURLToPath(new URL('../peers', import.meta.url));

/** Installs the peers, unless they are there. @returns why they are not, when they cannot be */
export function ensurePeers(): string | undefined {
  if (existsSync(`${peersFolder}/node_modules/.package-lock.json`)) return undefined;
  console.log('Installing the other gateways …');
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peersFolder, encoding: 'utf8' });
  return status === 0 ? undefined : `npm ci failed: ${stderr.trim().split('\n').at(-1) ?? ''}`;
}
