import { Arg, Ctx, Directive, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { repairCopy } from '../domain/copies/repair-copy.js';
import { restoreCopyAt } from '../domain/copies/restore-copy-at.js';
import { sendCopy } from '../domain/copies/send-copy.js';
import { causeOf } from './cause-of.js';
import type { HubRequestContext } from './hub-request-context.js';

const idempotencyKeyDescription = 'A repeat with the same key answers the first operation instead of starting another.';

/** The Hub's operations are entities of the subgraph `site`, of which the Hub is a partial member. */
@ObjectType('Operation', { description: 'A durable piece of work.' })
@Directive('@key(fields: "id", resolvable: false)')
export class OperationReference {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;
}

@InputType({ description: 'A copy that shall be sent to a repository.' })
export class SendCopyInput {
  @Field(() => ID, { description: 'The copy.' })
  copyId!: string;

  @Field(() => ID, { description: 'Where to; the Site of this repository receives it.' })
  repositoryId!: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'What sendCopy answers.' })
export class SendCopyPayload {
  @Field(() => OperationReference, { description: 'The sending; its subject is the copy at the other Site, once known.' })
  operation!: OperationReference;
}

@InputType({ description: 'A copy that shall be brought up at a Site.' })
export class RestoreCopyAtInput {
  @Field(() => ID, { description: 'The copy, at any Site.' })
  copyId!: string;

  @Field(() => ID, { description: 'The Site at which the new app instance shall run.' })
  siteId!: string;

  @Field(() => String, { description: 'Name of the new app instance.' })
  name!: string;

  @Field(() => ID, { nullable: true, description: 'Where the copy is kept at that Site; without it, the Site chooses.' })
  repositoryId?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'What restoreCopyAt answers.' })
export class RestoreCopyAtPayload {
  @Field(() => OperationReference, { description: 'The sending and restoring; its subject is the new app instance, once known.' })
  operation!: OperationReference;
}

@InputType({ description: 'A copy that shall be repaired.' })
export class RepairCopyInput {
  @Field(() => ID, { description: 'The copy.' })
  copyId!: string;

  @Field(() => ID, { nullable: true, description: 'A whole copy of the same content at another Site; without it, the one that the copy was sent from, or one that it was sent to.' })
  fromCopyId?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'What repairCopy answers.' })
export class RepairCopyPayload {
  @Field(() => OperationReference, { description: 'The repair; its subject is the copy.' })
  operation!: OperationReference;
}

@Resolver()
export class CopyMutations {
  @Mutation(() => SendCopyPayload, { description: 'Sends a copy straight from its repository to another one; no byte of it passes the Hub.' })
  async sendCopy(
    @Ctx() { hub, principal }: HubRequestContext,
    @Arg('input', () => SendCopyInput, { description: 'What and where to.' }) { idempotencyKey, ...input }: SendCopyInput,
  ): Promise<SendCopyPayload> {
    const request = { ...input, cause: causeOf(principal), idempotencyKey: idempotencyKey ?? undefined };
    return { operation: { id: (await sendCopy(hub, request, principal)).id } };
  }

  @Mutation(() => RestoreCopyAtPayload, { description: 'Brings a copy up as a new app instance at any Site; it is sent there first unless it is there.' })
  async restoreCopyAt(
    @Ctx() { hub, principal }: HubRequestContext,
    @Arg('input', () => RestoreCopyAtInput, { description: 'What, where and under which name.' })
    { idempotencyKey, repositoryId, ...input }: RestoreCopyAtInput,
  ): Promise<RestoreCopyAtPayload> {
    const request = { ...input, repositoryId: repositoryId ?? undefined, cause: causeOf(principal), idempotencyKey: idempotencyKey ?? undefined };
    return { operation: { id: (await restoreCopyAt(hub, request, principal)).id } };
  }

  @Mutation(() => RepairCopyPayload, { description: 'Verifies a copy and, if it is damaged, has what is damaged sent from another Site that has the same content; then it is usable again.' })
  async repairCopy(
    @Ctx() { hub, principal }: HubRequestContext,
    @Arg('input', () => RepairCopyInput, { description: 'Which, and from what.' }) { idempotencyKey, fromCopyId, ...input }: RepairCopyInput,
  ): Promise<RepairCopyPayload> {
    const request = { ...input, fromCopyId: fromCopyId ?? undefined, cause: causeOf(principal), idempotencyKey: idempotencyKey ?? undefined };
    return { operation: { id: (await repairCopy(hub, request, principal)).id } };
  }
}
