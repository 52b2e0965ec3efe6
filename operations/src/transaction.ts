import type pg from 'pg';

/** Runs `work` in one transaction; its error rolls everything back and passes on. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // The pool listens to a connection only while it has it. A server that ends in a transaction would end this process with it.
  const onError = (): void => undefined;
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.off('error', onError);
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is given up, and the server rolls back for it.
    const isBroken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    if (!isBroken) client.off('error', onError);
    client.release(isBroken);
    throw error;
  }
}
