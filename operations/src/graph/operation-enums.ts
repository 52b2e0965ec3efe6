import { registerEnumType } from 'type-graphql';
import { LogLevel } from '../log-line.js';
import { RetryStart } from '../operation-engine.js';
import { OperationOutcome, OperationPhase, StepPhase } from '../operation-record.js';

export const OperationOrderField = { CREATED_AT: 'CREATED_AT' } as const;
export type OperationOrderField = (typeof OperationOrderField)[keyof typeof OperationOrderField];

/** The enum values as GraphQL names them. */
export const phases = byValue(OperationPhase);
export const outcomes = byValue(OperationOutcome);
export const stepPhases = byValue(StepPhase);
export const retryStarts = byValue(RetryStart);
export const logLevels = byValue(LogLevel);

describe(phases, 'OperationPhase', 'Where an operation stands. How it ended is its outcome.', {
  QUEUED: 'Asked for; it waits for its turn.',
  RUNNING: 'Its steps run.',
  FINISHING: 'The result is decided; what has to be undone or tidied up is being done.',
  DONE: 'Nothing of it runs any more; the outcome is set.',
});
describe(outcomes, 'OperationOutcome', 'How an operation ended; only known when it is DONE.', {
  SUCCEEDED: 'All was done.',
  SUCCEEDED_WITH_WARNINGS: 'The result is whole and usable; the warnings say what is not as it should be.',
  FAILED: 'The error says why. What it made was undone; the warnings name what could not be.',
  CANCELLED: 'Somebody stopped it. What it made was undone; the warnings name what could not be.',
});
describe(stepPhases, 'StepPhase', 'Where one step of an operation stands.', {
  PENDING: 'It has not begun.',
  RUNNING: 'It runs, or waits to be tried again.',
  DONE: 'It has done its work.',
  KEPT: 'The operation that this one repeats has done its work, which is not done again.',
  FAILED: 'It has not; its error says why.',
  SKIPPED: 'It was not needed.',
  UNDONE: 'What it made was taken back.',
});
describe(retryStarts, 'RetryStart', 'Where a retry begins.', {
  FAILED_STEP: 'With the first step that was not done: steps that were done in the last day are kept. Refused with OPERATION_NOT_RESUMABLE when none can be.',
  START: 'With the first step: everything is done again.',
});
describe(logLevels, 'OperationLogLevel', 'How much a line of a log matters.', {
  INFO: 'How the work comes along.',
  WARNING: 'Something that people should know; the work goes on.',
  ERROR: 'A step, or the operation, did not succeed.',
});
describe(OperationOrderField, 'OperationOrderField', 'What operations can be ordered by.', {
  CREATED_AT: 'By the time they were asked for.',
});

function byValue<Value extends string>(values: Readonly<Record<string, Value>>): { readonly [V in Value]: V } {
  return Object.fromEntries(Object.values(values).map((value) => [value, value])) as { readonly [V in Value]: V };
}

/** Registers an enum with a sentence for each value: a value without one does not compile. */
function describe<Values extends Readonly<Record<string, string>>>(
  values: Values,
  name: string,
  description: string,
  each: { readonly [Key in keyof Values]: string },
): void {
  registerEnumType(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(Object.entries(each).map(([key, text]) => [key, { description: text }])) as never,
  });
}
