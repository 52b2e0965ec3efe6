import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '@ocopea/security';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Registry } from 'prom-client';
import type { EdgeLimits } from './edge-limits.js';
import type { KnownDocuments } from './known-documents.js';
import type { Logger } from './logger.js';
import type { FieldSpread } from './operation-cost.js';
import type { OperationExecutor } from './operation-executor.js';
import type { RequestTrace } from './request-trace.js';

export interface EdgeOptions<TContext extends object> {
  /** An address other than loopback opens the process to other machines; the log says so. @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What executes queries and mutations: a schema, through Apollo Server; or an executor, which the edge stops. */
  readonly graphql: { readonly schema: GraphQLSchema } | { readonly executor: OperationExecutor<TContext> };
  readonly subscribe: SubscribeFunction<TContext>;
  /**
   * Who asks, by the `Authorization` header or the same text in the parameters of a socket. Rejects with a coded error. Asked
   * again while a connection lives.
   */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** The context of one operation. Apollo hands resolvers a shallow copy of it. */
  readonly context: (request: EdgeRequest) => TContext | Promise<TContext>;
  readonly limits?: Partial<EdgeLimits>;
  /** Further paths, tried in order after the edge's own. */
  readonly routes?: readonly EdgeRoute[];
  /** What `/readyz` answers. Anyone may ask: no secrets or addresses. */
  readonly ready: () => Readiness | Promise<Readiness>;
  /** Shown at `/metrics` together with the edge's own figures. @default a registry with those of the process */
  readonly metrics?: Registry;
  readonly log: Logger;
  /** Whether the schema may be asked for. @default true */
  readonly introspection?: boolean;
  /** Documents that clients may name by id, and whose names stand in metrics. @default none */
  readonly documents?: KnownDocuments;
  /** Executes known documents alone. @default false */
  readonly safelistOnly?: boolean;
  /**
   * Processes of ours that ask for their own callers, such as a Hub at a Site. The safelist, the limit of cost and the rate, which they
   * keep for those callers, are not for them. @default nobody
   */
  readonly asksForOthers?: (principal: Principal) => boolean;
  /** How root fields are spread, for their cost. @default no field is */
  readonly spread?: FieldSpread;
  /** Who may ask for an explanation; absent where nothing can be explained. The context sees to what `extensions` then holds. */
  readonly mayExplain?: (principal: Principal) => boolean;
  /** Origins beside its own whose pages may open WebSockets, such as `https://console.example.org`. @default none */
  readonly origins?: readonly string[];
  /** Answers only to names of this machine: where no credential is asked for, no page of a browser can reach it by a name of its own. @default false */
  readonly loopbackNamesOnly?: boolean;
  /** Added to `extensions` of every answer to a query or mutation. */
  readonly extensions?: (context: TContext) => Record<string, unknown> | undefined;
  /** Called once for each root field of a mutation that was executed, after it. A failure is logged and costs nobody an answer. */
  readonly onMutation?: (record: MutationRecord) => void | Promise<void>;
}

/** One operation of one client. */
export interface EdgeRequest {
  /** For logs; unique in this process. */
  readonly id: string;
  readonly principal: Principal;
  readonly transport: 'http' | 'websocket' | 'sse';
  readonly remoteAddress: string;
  /** Of the request, or of the upgrade of its WebSocket. They hold the credential. */
  readonly headers: IncomingHttpHeaders;
  /** What the client wants to know beside the answer. */
  readonly asked: AskedExtras;
  /** Where the request is traced. */
  readonly trace?: RequestTrace | undefined;
  /** Aborted when the client leaves, at the deadline, and when the process stops. */
  readonly signal: AbortSignal;
}

/** Wanted by `"extensions": { "cost": true, "explain": true }` of a query or mutation. */
export interface AskedExtras {
  readonly cost: boolean;
  readonly explain: boolean;
}

/** One validated subscription. */
export interface SubscribeRequest<TContext> {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  readonly context: TContext;
  /** Aborted when the client leaves; the iterable must end then. */
  readonly signal: AbortSignal;
}

/**
 * Starts a subscription. A single result says that it could not start. The edge pulls one event at a time, the next once the
 * client's socket took the last; what an iterable throws ends the subscription with that error.
 */
export type SubscribeFunction<TContext> = (
  request: SubscribeRequest<TContext>,
) => AsyncIterable<ExecutionResult> | ExecutionResult | Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

export interface Readiness {
  readonly ready: boolean;
  /** What is missing, for people, for example `database`. */
  readonly missing: readonly string[];
}

export interface EdgeRoute {
  /** Any method when absent. */
  readonly method?: string;
  /** An exact path; with a `/` at its end, everything below it as well. */
  readonly path: string;
  /** `required`: answered 401 without a valid credential. `own`: the route checks by itself, for example by Grants. */
  readonly auth: 'required' | 'own';
  /** Answers the request. `false` says that nothing is served there; what it throws becomes a coded JSON answer. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, info: EdgeRouteInfo) => Promise<void | boolean>;
}

export interface EdgeRouteInfo {
  readonly id: string;
  /** Absent where the route does its own authentication. */
  readonly principal: Principal | undefined;
  readonly remoteAddress: string;
  /** Aborted when the client leaves and when the process stops. */
  readonly signal: AbortSignal;
}

export interface MutationRecord {
  readonly requestId: string;
  readonly principal: Principal;
  readonly operationName: string | undefined;
  readonly field: string;
  /** `OK`, or the code of the error. */
  readonly outcome: string;
  readonly remoteAddress: string;
  readonly at: Date;
}

/** A running edge. */
export interface Edge {
  /** For clients on the same machine, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, ends live connections with a reason, and waits for running requests up to the deadline. */
  close(): Promise<void>;
}
