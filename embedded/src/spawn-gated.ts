import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { EmbeddedError, EmbeddedErrorCode } from './embedded-error.js';
import { identify, type ProcessIdentity } from './process-identity.js';

export interface SpawnGatedOptions {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** File descriptors for its output, or pipes to this process. */
  readonly stdout: number | 'pipe';
  readonly stderr: number | 'pipe';
  /** Called before the command runs. If we die in it, the command never runs. */
  readonly beforeRun: (identity: ProcessIdentity) => Promise<void>;
}

/** Waits for one line, then becomes the command: same pid, same start time. Its parent's death ends the wait. */
const gateScript = 'read -r go && exec "$@" </dev/null';

/**
 * Starts a process in a group and session of its own, but only once it is written down who it is. Were it started first,
 * a crash of ours in between would leave a process that nobody knows of.
 *
 * @throws START_FAILED
 */
export async function spawnGated({ command, cwd, environment, stdout, stderr, beforeRun }: SpawnGatedOptions): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn('/bin/sh', ['-c', gateScript, 'sh', ...command], { cwd, env: environment, detached: true, stdio: ['pipe', stdout, stderr] });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new EmbeddedError(EmbeddedErrorCode.StartFailed, `"${command[0]}" cannot be started in folder "${cwd}"; look whether the folder is there`, { cause: error });
  }
  const gate = child.stdin!;
  // The gatekeeper may be killed from outside while it waits; its exit tells that, not the broken pipe.
  gate.on('error', () => undefined);
  const identity = identify(child.pid!);
  if (identity === undefined) throw new EmbeddedError(EmbeddedErrorCode.StartFailed, `"${command[0]}" ended before it began; start it again`);
  try {
    await beforeRun(identity);
    gate.end('go\n');
  } catch (error) {
    gate.destroy();
    throw error;
  }
  return { child, identity };
}
