import { setTimeout as delay } from 'node:timers/promises';
import { RunOutput, type RunResult } from '@ocopea/broker-contract';
import type { MemoryDataService } from './memory-data-service.js';

/**
 * The language of the memory broker, one statement a line: `put KEY VALUE`, `delete KEY`, `say TEXT`, `wait MILLISECONDS`,
 * `fail TEXT`. Statements before one that fails stay.
 */
export async function runStatements(service: MemoryDataService, statements: string, deadlineMs: number, signal: AbortSignal): Promise<RunResult> {
  const output = new RunOutput([]);
  const deadline = AbortSignal.timeout(deadlineMs);
  const either = AbortSignal.any([signal, deadline]);
  for (const line of statements.split('\n').map((one) => one.trim()).filter(Boolean)) {
    const problem = await runOne(service, line, output, either);
    signal.throwIfAborted();
    if (deadline.aborted) return { end: 'late', problem: `they had not ended after ${deadlineMs} ms, and were ended`, output: output.toString() };
    if (problem !== undefined) return { end: 'failed', problem, output: output.toString() };
  }
  return { end: 'succeeded', output: output.toString() };
}

async function runOne(service: MemoryDataService, line: string, output: RunOutput, signal: AbortSignal): Promise<string | undefined> {
  const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
  switch (verb) {
    case 'put':
      service.entries.set(key, value);
      return undefined;
    case 'delete':
      service.entries.delete(key);
      return undefined;
    case 'say':
      output.add(`${rest}\n`);
      return undefined;
    case 'wait':
      await delay(Number(rest), undefined, { signal }).catch(() => undefined);
      return undefined;
    case 'fail':
      return rest;
    default:
      return `"${verb}" is no statement; there are put, delete, say, wait and fail`;
  }
}
