import { cancelled, deadlineExceeded } from '@ocopea/graph';
import type { RetryPolicy, StepContext, StepProgress } from './define-operation.js';
import { recordFailure, type RecordedFailure } from './failure.js';
import { LogLevel } from './log-line.js';
import type { OperationLog } from './log.js';
import type { OperationControl } from './operation-control.js';

/** How long a body may go on after its signal has aborted before it is given up: no operation waits for ever. */
const STUBBORN_MS = 60_000;

export interface RunAttemptsOptions<Result> {
  /** For messages: `step "copy db" of createCopy`. */
  readonly what: string;
  readonly run: (step: StepContext) => Promise<Result>;
  readonly control: OperationControl;
  /** Undoing heeds interrupts only. */
  readonly heeds: 'cancel and interrupt' | 'interrupt';
  readonly deadlineMs: number;
  readonly retry: RetryPolicy;
  readonly firstAttempt: number;
  /** One more attempt begins; answers its number. */
  readonly countAttempt: () => Promise<number>;
  readonly onProgress: (progress: StepProgress) => void;
  readonly reached: StepContext['reached'];
  readonly log: OperationLog;
  /** A line for the log of the operation. */
  readonly tell: (level: LogLevel, message: string) => void;
}

/** How the attempts ended. `interrupted` is no result: the step runs again later. */
export type AttemptsOutcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly failure: RecordedFailure }
  | { readonly kind: 'cancelled'; readonly failure: RecordedFailure }
  | { readonly kind: 'interrupted' };

/**
 * Runs a body until it succeeds, fails for good, is stopped or reaches its deadline. Answers only after the body has really
 * ended, since what follows may undo what it made; a body that heeds no signal is given up after a minute.
 */
export async function runAttempts<Result>(options: RunAttemptsOptions<Result>): Promise<AttemptsOutcome<Result>> {
  const { control, deadlineMs, what } = options;
  const controller = new AbortController();
  const unbind = control.bind(controller, options.heeds === 'interrupt' ? 'interrupt' : undefined);
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    controller.abort();
  }, deadlineMs);
  try {
    for (let attempt = options.firstAttempt, tries = 1; ; attempt = await options.countAttempt(), tries++) {
      const outcome = await runOnce(options, controller.signal, attempt);
      if (outcome.kind === 'done') return outcome;
      if (control.isInterrupted) return { kind: 'interrupted' };
      if (options.heeds === 'cancel and interrupt' && control.reason === 'cancel') {
        return { kind: 'cancelled', failure: { ...failureOf(cancelled(what), options), retry: 'terminal' } };
      }
      if (isLate) return { kind: 'failed', failure: failureOf(deadlineExceeded(what, deadlineMs), options) };
      if (outcome.failure.retry !== 'retryable' || tries >= (options.retry.attempts ?? 5)) return outcome;
      const pauseMs = backOffMs(options.retry, tries);
      options.log.warn({ what, attempt, code: outcome.failure.code }, 'a step failed and will be tried again');
      options.tell(LogLevel.Warning, `failed, and is tried again in ${(pauseMs / 1000).toFixed(1)} s: ${outcome.failure.message} (${outcome.failure.code})`);
      await pause(pauseMs, controller.signal);
    }
  } finally {
    clearTimeout(deadline);
    unbind();
  }
}

async function runOnce<Result>(
  options: RunAttemptsOptions<Result>,
  signal: AbortSignal,
  attempt: number,
): Promise<{ kind: 'done'; result: Result } | { kind: 'failed'; failure: RecordedFailure }> {
  try {
    signal.throwIfAborted();
    const body = options.run({
      signal,
      attempt,
      progress: (progress) => {
        if (!signal.aborted) options.onProgress(progress);
      },
      reached: (part) => options.reached(part),
      log: (message, level = LogLevel.Info) => options.tell(level, message),
    });
    return { kind: 'done', result: await orGivenUp(body, options, signal) };
  } catch (error) {
    // What a body throws after it was told to stop is the echo of that.
    const failure = signal.aborted
      ? failureOf(cancelled(options.what), options)
      : recordFailure(error, options.log, { what: options.what, attempt });
    return { kind: 'failed', failure };
  }
}

function failureOf(error: unknown, options: { readonly log: OperationLog; readonly what: string }): RecordedFailure {
  return recordFailure(error, options.log, { what: options.what });
}

/** The body's end, or an error a while after `signal` has aborted. */
async function orGivenUp<Result>(
  body: Promise<Result>,
  options: { readonly log: OperationLog; readonly what: string },
  signal: AbortSignal,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => {
        options.log.error({ what: options.what }, 'a step has not stopped although it was told to; going on without it');
        reject(cancelled(options.what));
      }, STUBBORN_MS);
      timer.unref();
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([body, givenUp]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Doubles from try to try; jitter over the upper half keeps many of them from knocking together. */
function backOffMs(retry: RetryPolicy, tries: number): number {
  const ceiling = Math.min(retry.maxDelayMs ?? 30_000, (retry.delayMs ?? 500) * 2 ** (tries - 1));
  return ceiling * (0.5 + Math.random() / 2);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
