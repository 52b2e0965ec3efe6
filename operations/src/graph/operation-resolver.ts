import { ConnectionArgs, connectionPage, requireId, siteUnknown, toConnection, type Connection } from '@ocopea/graph';
import { Arg, Args, Ctx, Directive, Field, FieldResolver, ID, Mutation, ObjectType, Query, Resolver, Root, type ClassType } from 'type-graphql';
import type { OperationListFilter } from '../operation-engine.js';
import type { OperationRecord, StepRecord } from '../operation-record.js';
import type { OperationsGraphBinding } from './graph-binding.js';
import { CancelOperationInput, OperationFilter, OperationOrder, RetryOperationInput } from './operation-inputs.js';
import { operationLoaders } from './operation-loaders.js';
import { OperationConnection, OperationStep, OperationType } from './operation-type.js';

@ObjectType({ description: 'What cancelOperation answers.' })
export class CancelOperationPayload {
  @Field(() => OperationType, { description: 'The operation, which is stopping.' })
  operation!: OperationRecord;
}

@ObjectType({ description: 'What retryOperation answers.' })
export class RetryOperationPayload {
  @Field(() => OperationType, { description: 'The new operation.' })
  operation!: OperationRecord;
}

/** Queries and mutations of operations. */
export function createOperationResolver<Context extends object>(binding: OperationsGraphBinding<Context>): ClassType {
  const { engineOf, causeOf } = binding;

  @Resolver(() => OperationType)
  class OperationResolver {
    @Query(() => OperationConnection, { nullable: true, description: 'Operations, newest first unless another order is asked for.' })
    @Directive('@everySite(merge: CONNECTION)')
    async operations(
      @Ctx() context: Context,
      @Args(() => ConnectionArgs) args: ConnectionArgs,
      @Arg('filter', () => OperationFilter, { nullable: true, description: 'Only these.' }) filter?: OperationFilter | null,
      @Arg('orderBy', () => OperationOrder, { nullable: true, description: 'In this order.' }) orderBy?: OperationOrder | null,
      @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
    ): Promise<Connection<OperationRecord>> {
      const engine = engineOf(context);
      requireOwner(engine.ownerId, sites);
      const page = connectionPage(args, `createdAt:${orderBy?.direction ?? 'DESC'}`);
      const wanted = listFilter(filter);
      return toConnection({
        page,
        rows: await engine.page(page, wanted),
        sortKeyOf: ({ createdAt }) => createdAt.toISOString(),
        idOf: ({ id }) => id,
        count: () => engine.count(wanted),
      });
    }

    @Query(() => OperationType, { nullable: true, description: 'One operation; null when there is none with this id.' })
    @Directive('@oneSite(by: "id")')
    async operation(
      @Ctx() context: Context,
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    ): Promise<OperationRecord | null> {
      requireId(id, 'operation');
      return (await operationLoaders(context, engineOf(context)).operation.load(id)) ?? null;
    }

    @Mutation(() => CancelOperationPayload, {
      description: 'Stops an operation and undoes what it made; answers at once, and again is no error.',
    })
    @Directive('@oneSite(by: "input.operationId")')
    async cancelOperation(
      @Ctx() context: Context,
      @Arg('input', () => CancelOperationInput, { description: 'Which one.' }) input: CancelOperationInput,
    ): Promise<CancelOperationPayload> {
      requireId(input.operationId, 'operation');
      return { operation: await engineOf(context).cancel(input.operationId) };
    }

    @Mutation(() => RetryOperationPayload, {
      description: 'Starts a new operation like one that failed or was cancelled. Steps that were done are not done again where their work is still there: they are KEPT.',
    })
    @Directive('@oneSite(by: "input.operationId")')
    async retryOperation(
      @Ctx() context: Context,
      @Arg('input', () => RetryOperationInput, { description: 'Which one.' }) input: RetryOperationInput,
    ): Promise<RetryOperationPayload> {
      requireId(input.operationId, 'operation');
      return { operation: await engineOf(context).retry(input.operationId, { cause: causeOf(context), ...(input.from != null && { from: input.from }) }) };
    }

    @FieldResolver(() => [OperationStep], { description: 'Its steps, in the order in which they began.' })
    async steps(@Root() { id }: OperationRecord, @Ctx() context: Context): Promise<readonly StepRecord[]> {
      return operationLoaders(context, engineOf(context)).steps.load(id);
    }
  }
  return OperationResolver;
}

/**
 * Whether a list that was narrowed to some owners concerns this one.
 *
 * @throws SITE_UNKNOWN a process alone knows no other
 */
export function requireOwner(ownerId: string, sites: readonly string[] | null | undefined): void {
  if (sites === null || sites === undefined || sites.includes(ownerId)) return;
  throw siteUnknown(sites[0] ?? '');
}

function listFilter(filter: OperationFilter | null | undefined): OperationListFilter {
  return {
    ...(filter?.kind != null && { kind: filter.kind }),
    ...(filter?.phase != null && { phase: filter.phase }),
    ...(filter?.outcome != null && { outcome: filter.outcome }),
    ...(filter?.subjectId != null && { subjectId: filter.subjectId }),
  };
}
