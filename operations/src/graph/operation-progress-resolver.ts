import { requireId } from '@ocopea/graph';
import { Arg, Ctx, Directive, FieldResolver, ID, Resolver, Root, Subscription, type ClassType } from 'type-graphql';
import { decodeJournalCursor } from '../journal-cursor.js';
import type { OperationRecord } from '../operation-record.js';
import type { OperationsGraphBinding } from './graph-binding.js';
import { operationLoaders } from './operation-loaders.js';
import { OperationProgressEvent } from './operation-progress-event.js';
import { operationProgressStream } from './operation-progress-stream.js';
import { requireOwner } from './operation-resolver.js';
import { OperationType } from './operation-type.js';

interface OperationProgressArgs {
  readonly operationId?: string | null;
  readonly after?: string | null;
  readonly sites?: readonly string[] | null;
}

/** The subscription `operationProgress`. */
export function createOperationProgressResolver<Context extends object>(binding: OperationsGraphBinding<Context>): ClassType {
  const { engineOf } = binding;

  @Resolver(() => OperationProgressEvent)
  class OperationProgressResolver {
    @Subscription(() => OperationProgressEvent, {
      description: 'How operations get on: the present state first, then each change. One that ends sends a last event with the phase DONE.',
      subscribe: ({ args, context }: { args: OperationProgressArgs; context: Context }) => {
        const engine = engineOf(context);
        requireOwner(engine.ownerId, args.sites);
        return operationProgressStream(engine, {
          operationId: args.operationId == null ? undefined : requireId(args.operationId, 'operation').text,
          after: args.after == null ? undefined : decodeJournalCursor(args.after),
        });
      },
    })
    @Directive('@everySite(merge: STREAM, narrowedBy: "operationId")')
    operationProgress(
      @Root() event: OperationProgressEvent,
      @Arg('operationId', () => ID, { nullable: true, description: 'Only this one.' }) _operationId?: string | null,
      @Arg('after', () => String, { nullable: true, description: 'Only what is behind this cursor.' }) _after?: string | null,
      @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) _sites?: string[] | null,
    ): OperationProgressEvent {
      return event;
    }

    @FieldResolver(() => OperationType, { description: 'The operation as it is now.' })
    async operation(@Root() { operationId }: OperationProgressEvent, @Ctx() context: Context): Promise<OperationRecord | undefined> {
      return operationLoaders(context, engineOf(context)).operation.load(operationId);
    }
  }
  return OperationProgressResolver;
}
