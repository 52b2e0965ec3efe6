import { DBOS, DBOSWorkflowConflictError } from '@dbos-inc/dbos-sdk';
import type { DLogger } from '@dbos-inc/dbos-sdk';
import type { OperationLog } from './log.js';
import { STATEMENT_MS } from './statement-deadline.js';

/**
 * Part of what DBOS keeps with a workflow, and recovers by. Ours stays the same over releases: an operation that an older
 * release began is resumed by the newer one, so definitions must keep the order and names of their steps.
 */
const APPLICATION_VERSION = 'ocopea-operations/1';

export interface DurableRuntimeOptions {
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly log: OperationLog;
  /** Runs one operation from its first step to DONE; may be called again for the same one after a crash. */
  readonly run: (operationId: string) => Promise<void>;
}

/** All that is used of DBOS, which has one instance per process. */
export class DurableRuntime {
  readonly #run: (operationId: string) => Promise<void>;

  constructor(private readonly options: DurableRuntimeOptions) {
    this.#run = DBOS.registerWorkflow((operationId: string) => options.run(operationId), {
      name: 'operation',
      // A process that is killed a hundred times is no reason to give its operations up.
      maxRecoveryAttempts: 1_000_000,
    });
  }

  static isTaken(): boolean {
    return DBOS.isInitialized();
  }

  /** Starts running, the operations that this executor has left first. */
  async launch(): Promise<void> {
    const { databaseUrl, executorId, log } = this.options;
    DBOS.setConfig({
      name: 'ocopea',
      systemDatabaseUrl: withSessionSettings(databaseUrl),
      systemDatabaseSchemaName: 'dbos',
      systemDatabasePoolSize: 6,
      executorID: executorId,
      applicationVersion: APPLICATION_VERSION,
      logger: loggerOver(log),
    });
    await DBOS.launch();
  }

  /** Again for the same operation, here or at another replica, is no change. */
  async start(operationId: string): Promise<void> {
    await DBOS.startWorkflow(this.#run, { workflowID: operationId })(operationId);
  }

  /** Must be called without a wait between, so that the order is the same each time. */
  step<T>(name: string, work: () => Promise<T>): Promise<T> {
    return DBOS.runStep(work, { name });
  }

  /** Thrown inside a step, it leaves the operation unfinished for whoever resumes it: nothing is recorded. */
  interruption(operationId: string): Error {
    return new DBOSWorkflowConflictError(operationId);
  }

  isInterruption(error: unknown): boolean {
    return error instanceof DBOSWorkflowConflictError;
  }

  /** Puts what an executor was running back in the queue of all; the caller knows that it runs no more. */
  async adopt(executorId: string, except: ReadonlySet<string> = new Set()): Promise<readonly string[]> {
    const left = await DBOS.listWorkflows({ executorId, status: 'PENDING', loadInput: false, loadOutput: false });
    const ids = left.map((workflow) => workflow.workflowID).filter((id) => !except.has(id));
    if (ids.length > 0) await DBOS.resumeWorkflows(ids);
    return ids;
  }

  async close(): Promise<void> {
    await DBOS.shutdown({ deregister: true });
  }
}

/** Set at connect: DBOS would send it as a statement of its own under the first borrower's, which `pg` warns of. */
function withSessionSettings(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', `${options} -c idle_in_transaction_session_timeout=60000`.trim());
  url.searchParams.set('query_timeout', String(STATEMENT_MS));
  return url.href;
}

/** DBOS tells much of itself; what people need comes from the engine. */
function loggerOver(log: OperationLog): DLogger {
  return {
    debug: (entry) => log.debug({}, String(entry)),
    info: (entry) => log.debug({}, String(entry)),
    warn: (entry) => log.debug({}, String(entry)),
    error: (entry, metadata) => log.warn({ err: metadata?.error }, String(entry)),
  };
}
