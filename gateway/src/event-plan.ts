import type { GraphQLDataSource } from '@apollo/gateway';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import type { MemberRequest } from '@ocopea/partition';
import { selectSubject, type EventSubjects, type SubjectOf } from './event-subject.js';
import type { PreparedOperation } from './operation-cache.js';

/** What the source of a subscription's events says about one of them, before it is completed and shaped. */
export interface RawEvent {
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors?: readonly unknown[] | undefined;
}

/** A subscription's plan, taken apart: where its events come from, and how one event becomes a result. */
export interface EventPlan {
  readonly subgraph: string;
  readonly request: MemberRequest;
  /** Reads the subject off an event of the request, where the subscription is one whose events have a subject. */
  readonly subjectOf: SubjectOf | undefined;
  /** The plan that completes an event, run as that of a query: the event itself is what {@link EVENT_SOURCE} answers. */
  readonly completion: QueryPlan;
}

/** Stands in for the subgraph that an event came from; no subgraph has this name, since it is no GraphQL name. */
export const EVENT_SOURCE = '(event)';

/**
 * `@apollo/gateway` refuses to execute subscription plans, but its planner makes them: a `primary` fetch, which is the
 * subscription at one subgraph, and a `rest`, which is what the event lacks. Run one after the other with the primary
 * answered by the event, they are an ordinary plan.
 */
export function eventPlan(prepared: PreparedOperation, variables: Record<string, unknown>, subjects: EventSubjects = {}): EventPlan {
  const { node } = prepared.plan;
  if (node?.kind !== 'Subscription') throw new Error('invariant: the plan of a subscription has a subscription at its root');
  const { primary, rest } = node;
  const event: FetchNode = { ...primary, serviceName: EVENT_SOURCE };
  const source = selectSubject(primary.operation, subjects);
  return {
    subgraph: primary.serviceName,
    request: {
      query: source.query,
      variables: Object.fromEntries((primary.variableUsages ?? []).filter((name) => variables[name] !== undefined).map((name) => [name, variables[name]])),
      ...(primary.operationName ? { operationName: primary.operationName } : {}),
    },
    subjectOf: source.subjectOf,
    completion: { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [event, rest] } : event },
  };
}

/** Answers the primary fetch with the event. The executor merges what it fetches into it, so the event is copied. */
export class EventSource implements GraphQLDataSource {
  constructor(private readonly event: RawEvent) {}

  process(): ReturnType<GraphQLDataSource['process']> {
    const { data, errors } = this.event;
    return Promise.resolve({ data: structuredClone(data ?? null), ...(errors ? { errors: errors as never } : {}) });
  }
}
