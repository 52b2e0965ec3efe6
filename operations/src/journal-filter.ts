import type { JournalEntry, JournalFilter } from './journal.js';

/** The filter as SQL conditions over `journal_entries`; appends the values they need to `values`. */
export function filterConditions(filter: JournalFilter, values: unknown[]): string[] {
  const conditions: string[] = [];
  const add = (value: unknown, condition: (parameter: string) => string): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (filter.kinds !== undefined) add(filter.kinds, (p) => `kind = ANY(${p})`);
  if (filter.exceptKinds !== undefined) add(filter.exceptKinds, (p) => `kind <> ALL(${p})`);
  if (filter.subjectId !== undefined) add(filter.subjectId, (p) => `subject_id = ${p}`);
  if (filter.operationId !== undefined) add(filter.operationId, (p) => `operation_id = ${p}`);
  return conditions;
}

/** The same filter over an entry in memory. */
export function passesFilter(entry: JournalEntry, filter: JournalFilter): boolean {
  return (
    (filter.kinds === undefined || filter.kinds.includes(entry.kind)) &&
    (filter.exceptKinds === undefined || !filter.exceptKinds.includes(entry.kind)) &&
    (filter.subjectId === undefined || filter.subjectId === entry.subjectId) &&
    (filter.operationId === undefined || filter.operationId === entry.operationId)
  );
}
