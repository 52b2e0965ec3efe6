import type { ServerResponse } from 'node:http';
import type { EdgeOptions, Readiness } from './edge-options.js';
import type { EdgeMetrics } from './edge-metrics.js';
import { answerJson } from './http-answer.js';

/** A probe that hangs is as bad as one that fails, and its callers give up after about as long. */
const readinessDeadlineMs = 3_000;

/** `/healthz`: the process runs and answers; says nothing about what it needs. */
export function answerAlive(response: ServerResponse): void {
  answerJson(response, 200, { alive: true });
}

/** `/readyz`: 200 when the process can serve, else 503 with what is missing. */
export async function answerReady(
  response: ServerResponse,
  { ready, log }: Pick<EdgeOptions<never>, 'ready' | 'log'>,
): Promise<void> {
  const readiness = await readinessWithin(ready, log);
  answerJson(response, readiness.ready ? 200 : 503, { ready: readiness.ready, missing: readiness.missing });
}

/** `/metrics` in the text format of Prometheus. */
export async function answerMetrics(response: ServerResponse, { registry }: EdgeMetrics): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' });
  response.end(text);
}

async function readinessWithin(ready: EdgeOptions<never>['ready'], log: EdgeOptions<never>['log']): Promise<Readiness> {
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    deadline = setTimeout(() => resolve({ ready: false, missing: ['an answer of the readiness check'] }), readinessDeadlineMs);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch (error) {
    log.error({ err: error }, 'the readiness check failed');
    return { ready: false, missing: ['a working readiness check'] };
  } finally {
    clearTimeout(deadline);
  }
}
