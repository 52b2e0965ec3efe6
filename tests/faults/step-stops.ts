import { join } from 'node:path';
import { PostgresServer } from '@ocopea/embedded';
import pg from 'pg';
import { expect } from 'vitest';

/** `in`: the step is about to be written down as begun, and will be. `after`: its work is done, which is about to be written down. */
export type Moment = 'in' | 'after';

const lock = 5_071_023;

/**
 * Stops operations at a step of theirs, in the database where they are written down, so that what happens at that moment is
 * no matter of luck. For the Hub or a Site of a fabric.
 */
export class StepStops implements AsyncDisposable {
  private constructor(private readonly client: pg.Client) {}

  static async open(home: string, owner: 'hub' | 'eu-central' | 'us-west'): Promise<StepStops> {
    const server = await PostgresServer.open(join(home, 'postgres'));
    const client = new pg.Client({ connectionString: server.connectionString(`ocopea_${owner.replaceAll('-', '_')}`) });
    await client.connect();
    await client.query(`
      CREATE TABLE step_stops (name text, moment text);
      CREATE FUNCTION stop_at_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM step_stops s WHERE s.name = NEW.name AND s.moment = TG_ARGV[0]) THEN PERFORM pg_advisory_xact_lock(${lock}); END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER stop_in_step BEFORE INSERT ON operation_steps FOR EACH ROW EXECUTE FUNCTION stop_at_step('in');
      CREATE TRIGGER stop_after_step BEFORE UPDATE ON operation_steps FOR EACH ROW WHEN (NEW.phase = 'DONE' AND OLD.phase <> 'DONE') EXECUTE FUNCTION stop_at_step('after');`);
    return new StepStops(client);
  }

  /** Begin to stop before the operation begins. */
  async at(step: string, moment: Moment): Promise<void> {
    await this.client.query('SELECT pg_advisory_lock($1)', [lock]);
    await this.client.query('INSERT INTO step_stops VALUES ($1, $2)', [step, moment]);
  }

  /** Resolves when an operation stands there. */
  async stopped(): Promise<void> {
    const standing = async () => (await this.client.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`, [lock])).rowCount;
    await expect.poll(standing, { timeout: 120_000, interval: 20 }).toBeGreaterThan(0);
  }

  /** Resolves when somebody's cancel waits for the step that stands there to be written down: it will find it begun. */
  async cancelWaits(): Promise<void> {
    const waiting = async () => (await this.client.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%cancel_requested_at%' AND query NOT LIKE '%FOR SHARE%'`)).rowCount;
    await expect.poll(waiting, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
  }

  async goOn(): Promise<void> {
    await this.client.query('DELETE FROM step_stops');
    await this.client.query('SELECT pg_advisory_unlock($1)', [lock]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.query('DROP TRIGGER stop_in_step ON operation_steps; DROP TRIGGER stop_after_step ON operation_steps; DROP FUNCTION stop_at_step; DROP TABLE step_stops');
    await this.client.end();
  }
}
