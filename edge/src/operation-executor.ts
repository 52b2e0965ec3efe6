import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';

/** An operation of a client, parsed and valid: all that does not depend on its variables. Not to be changed. */
export interface PreparedOperation {
  /** The document as the client sent it. */
  readonly text: string;
  /** The same object for the same text, as long as it is kept: what is worked out for it can be kept beside it in a `WeakMap`. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  /** What the document is valid for. */
  readonly schema: GraphQLSchema;
}

export interface OperationCall<TContext> {
  readonly prepared: PreparedOperation;
  /** Not checked yet. */
  readonly variables: Record<string, unknown>;
  readonly context: TContext;
}

/** What runs the queries and mutations of a process. */
export interface OperationExecutor<TContext extends object> {
  /** What clients may ask, now. */
  schema(): GraphQLSchema;
  /**
   * What goes wrong is in the result, with errors as clients may see them. A result without `data` says that nothing of the operation
   * was begun. The result belongs to the caller.
   */
  execute(call: OperationCall<TContext>): Promise<ExecutionResult>;
  stop(): Promise<void>;
}
