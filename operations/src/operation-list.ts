import type pg from 'pg';
import { cursorInvalid, type ConnectionCursor, type ConnectionPage } from '@ocopea/graph';
import type { OperationListFilter, OperationSnapshot } from './operation-engine.js';
import type { OperationRecord, StepRecord } from './operation-record.js';
import { operationOf, stepOf, type OperationRow, type StepRow } from './operation-row.js';

/** Reads operations for those who look at them. */
export class OperationList {
  constructor(private readonly pool: pg.Pool) {}

  async findMany(ids: readonly string[]): Promise<readonly (OperationRecord | undefined)[]> {
    const { rows } = await this.pool.query<OperationRow>('SELECT * FROM operations WHERE id = ANY($1)', [ids]);
    const found = new Map(rows.map((row) => [row.id, operationOf(row)]));
    return ids.map((id) => found.get(id));
  }

  async steps(ids: readonly string[]): Promise<readonly (readonly StepRecord[])[]> {
    const { rows } = await this.pool.query<StepRow>(
      'SELECT * FROM operation_steps WHERE operation_id = ANY($1) ORDER BY operation_id, position',
      [ids],
    );
    const found = new Map<string, StepRecord[]>(ids.map((id) => [id, []]));
    for (const row of rows) found.get(row.operation_id)?.push(stepOf(row));
    return ids.map((id) => found.get(id) ?? []);
  }

  async page(page: ConnectionPage, filter: OperationListFilter): Promise<readonly OperationRecord[]> {
    const values: unknown[] = [];
    const conditions = conditionsOf(filter, values);
    const isAscending = page.order.endsWith(':ASC');
    const beyond = (argument: string, place: ConnectionCursor | undefined, comparison: '<' | '>'): void => {
      if (place === undefined) return;
      values.push(timeOf(place, argument), place.id);
      conditions.push(`(created_at, id COLLATE "C") ${comparison} ($${values.length - 1}, $${values.length})`);
    };
    beyond('after', page.after, isAscending ? '>' : '<');
    beyond('before', page.before, isAscending ? '<' : '>');
    const read = isAscending === (page.direction === 'forward') ? 'ASC' : 'DESC';
    values.push(page.limit + 1);
    // Ids compare by code point, as in every Site's lists that the Hub merges.
    const { rows } = await this.pool.query<OperationRow>(
      `SELECT * FROM operations WHERE ${conditions.join(' AND ')}
       ORDER BY created_at ${read}, id COLLATE "C" ${read} LIMIT $${values.length}`,
      values,
    );
    return rows.map(operationOf);
  }

  async count(filter: OperationListFilter): Promise<number> {
    const values: unknown[] = [];
    const conditions = conditionsOf(filter, values);
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) FROM operations WHERE ${conditions.join(' AND ')}`,
      values,
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** One statement, so that rows and place are of one moment: a row changes in the transaction of its entry. */
  async snapshot(filter: { readonly operationId?: string; readonly isUnfinished?: boolean }): Promise<OperationSnapshot> {
    const { rows } = await this.pool.query<{ head: string | null } & ({ id: null } | OperationRow)>(
      `SELECT state.head, o.* FROM (SELECT (SELECT head FROM journal_state WHERE id = 1) AS head) AS state
       LEFT JOIN operations o ON ($1::text IS NULL OR o.id = $1) AND (NOT $2 OR o.phase <> 'DONE')
       ORDER BY o.created_at, o.id`,
      [filter.operationId ?? null, filter.isUnfinished ?? false],
    );
    return {
      seq: Number(rows[0]?.head ?? 0),
      operations: rows.flatMap((row) => (row.id === null ? [] : [operationOf(row)])),
    };
  }
}

function conditionsOf(filter: OperationListFilter, values: unknown[]): string[] {
  const columns = { kind: filter.kind, phase: filter.phase, outcome: filter.outcome, subject_id: filter.subjectId };
  const conditions = ['TRUE'];
  for (const [column, value] of Object.entries(columns)) {
    if (value === undefined) continue;
    values.push(value);
    conditions.push(`${column} = $${values.length}`);
  }
  return conditions;
}

/** The sort key of a cursor, which comes from a client: anything may be in it. */
function timeOf({ sortKey, order }: ConnectionCursor, argument: string): Date {
  const time = new Date(typeof sortKey === 'string' ? sortKey : Number.NaN);
  if (Number.isNaN(time.getTime())) throw cursorInvalid(argument, order);
  return time;
}
