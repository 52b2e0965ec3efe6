import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RunOutput, secretsOf, throwIfCancelled, type RunResult } from '@ocopea/broker-contract';
import { endProcess, isSystemError, readDurableJson, spawnGated, writeDurableFile, type ProcessIdentity } from '@ocopea/embedded';
import type { CommandLine } from './find-artifact.js';

export interface CommandRun {
  readonly runId: string;
  readonly name: string;
  readonly command: CommandLine;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The part of the environment that may hold secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** How long what it printed last may take to come through its pipe, once its group is gone. */
const drainMs = 1_000;

/**
 * Becomes the command, with a process in its group that ends the group when the time is up: so that has an end whatever
 * becomes of us, and no other process is ever meant, since the group keeps its id while one of it lives.
 */
const timedScript = '(PATH=/usr/bin:/bin sleep "$1"; kill -KILL 0) </dev/null >/dev/null 2>&1 & shift; exec "$@"';

/** The commands that run beside one app service. */
export class AppCommands {
  readonly #running = new Map<AbortController, Promise<unknown>>();

  /** @param directory for their identities, so that the next of us can end what we left */
  constructor(private readonly directory: string) {}

  /** @throws CANCELLED, START_FAILED */
  async run(run: CommandRun): Promise<RunResult> {
    const ending = new AbortController();
    const signal = run.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, run.signal]);
    const running = this.#run(run, signal);
    this.#running.set(ending, running);
    try {
      return await running;
    } finally {
      this.#running.delete(ending);
    }
  }

  /** Ends all, and resolves when none runs. */
  async endAll(): Promise<void> {
    for (const ending of this.#running.keys()) ending.abort();
    await Promise.allSettled(this.#running.values());
  }

  /** Ends those that an earlier one of us left. */
  async endStrays(): Promise<void> {
    for (const name of await namesIn(this.directory)) {
      const path = join(this.directory, name);
      // A file that was not finished: its command waited for it, and did not run.
      const identity = name.endsWith('.json') ? await readDurableJson<ProcessIdentity>(path) : undefined;
      if (identity !== undefined) await endProcess(identity, { graceMs: 0 });
      await rm(path, { force: true });
    }
  }

  async #run({ runId, name, command, cwd, environment, secrets, deadlineMs }: CommandRun, signal: AbortSignal): Promise<RunResult> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = join(this.directory, `${basename(runId)}.json`);
    const output = new RunOutput(secretsOf(secrets));
    const seconds = String(Math.ceil(deadlineMs / 1000) + 1);
    try {
      const { child, identity } = await spawnGated({
        command: ['/bin/sh', '-c', timedScript, 'sh', seconds, ...command],
        cwd,
        environment,
        stdout: 'pipe',
        stderr: 'pipe',
        beforeRun: (started) => writeDurableFile(path, JSON.stringify(started)),
      });
      const end = await endOf(child, identity, { output, deadlineMs, signal });
      throwIfCancelled(signal, `command "${name}"`);
      return { ...end, output: output.toString() };
    } finally {
      await rm(path, { force: true });
    }
  }
}

/** Resolves when nothing of the command's group runs. */
async function endOf(
  child: ChildProcess,
  identity: ProcessIdentity,
  { output, deadlineMs, signal }: { readonly output: RunOutput; readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<Omit<RunResult, 'output'>> {
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => output.add(text));
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const closed = once(child, 'close');
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  const stop = (): void => void endProcess(identity, { graceMs: 0 }).catch(() => undefined);
  const either = AbortSignal.any([signal, deadline.signal]);
  either.addEventListener('abort', stop, { once: true });
  if (either.aborted) stop();
  const [code, killer] = await exited;
  clearTimeout(timer);
  either.removeEventListener('abort', stop);
  endGroup(identity.pid);
  // What left the group may hold the pipes for ever.
  await Promise.race([closed, delay(drainMs, undefined, { ref: false })]);
  child.stdout!.destroy();
  child.stderr!.destroy();
  if (deadline.signal.aborted) return { end: 'late', problem: `it had not ended after ${deadlineMs} ms, and was ended` };
  if (code === 0) return { end: 'succeeded' };
  return { end: 'failed', problem: killer === null ? `it ended with exit code ${code}` : `it was ended by ${killer}` };
}

/** The process that keeps the time is still in the group, so that the id cannot have been given to anybody else. */
function endGroup(groupId: number): void {
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error;
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  });
}
