import type { OperationRecord } from '@ocopea/operations';
import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import { createCopy } from '../domain/copies/create-copy.js';
import { deleteCopy } from '../domain/copies/delete-copy.js';
import { restoreCopy } from '../domain/copies/restore-copy.js';
import { updateCopy } from '../domain/copies/update-copy.js';
import { verifyCopy } from '../domain/copies/verify-copy.js';
import { CreateCopyInput, DeleteCopyInput, RestoreCopyInput, UpdateCopyInput, VerifyCopyInput } from './inputs/copy-inputs.js';
import type { RequestContext } from './request-context.js';
import type { AppInstance } from './types/app-instance.js';
import type { Copy } from './types/copy.js';
import { CreateCopyPayload, DeleteCopyPayload, RestoreCopyPayload, UpdateCopyPayload, VerifyCopyPayload } from './types/payloads.js';
import { workRequest } from './work-request.js';

@Resolver()
export class CopyMutations {
  @Mutation(() => CreateCopyPayload, { description: 'Copies a whole app instance while it goes on serving, and verifies the copy. NO_COMMON_FORMAT before any byte moves.' })
  @Directive('@oneSite(by: "input.appInstanceId")')
  async createCopy(
    @Ctx() context: RequestContext,
    @Arg('input', () => CreateCopyInput, { description: 'What to copy.' }) input: CreateCopyInput,
  ): Promise<CreateCopyPayload> {
    const operation = await createCopy(context.site, {
      ...workRequest(context, input),
      appInstanceId: input.appInstanceId,
      repositoryId: input.repositoryId ?? undefined,
      consistency: input.consistency,
      formats: input.formats ?? undefined,
      said: { labels: input.labels ?? undefined, notes: input.notes ?? undefined, expiresAt: input.expiresAt ?? undefined },
    });
    return { operation, copy: await copyOf(context, operation) };
  }

  @Mutation(() => UpdateCopyPayload, { description: 'Changes labels, notes and expiry of a copy, at once.' })
  @Directive('@oneSite(by: "input.copyId")')
  async updateCopy(
    @Ctx() { site, loaders }: RequestContext,
    @Arg('input', () => UpdateCopyInput, { description: 'What changes.' }) input: UpdateCopyInput,
  ): Promise<UpdateCopyPayload> {
    await updateCopy(site, {
      copyId: input.copyId,
      setLabels: input.setLabels ?? undefined,
      removeLabels: input.removeLabels ?? undefined,
      notes: input.notes,
      expiresAt: input.expiresAt,
    });
    return { copy: (await loaders.copy.load(input.copyId)) as unknown as Copy | null };
  }

  @Mutation(() => RestoreCopyPayload, { description: 'Brings a copy up as a new app instance at the Site that has it.' })
  @Directive('@oneSite(by: "input.copyId")')
  async restoreCopy(
    @Ctx() context: RequestContext,
    @Arg('input', () => RestoreCopyInput, { description: 'What to restore, and as what.' }) input: RestoreCopyInput,
  ): Promise<RestoreCopyPayload> {
    const operation = await restoreCopy(context.site, { ...workRequest(context, input), copyId: input.copyId, name: input.name });
    const { subjectId } = operation;
    const appInstance = subjectId === null ? null : await context.loaders.appInstance.load(subjectId);
    return { operation, appInstance: appInstance as unknown as AppInstance | null };
  }

  @Mutation(() => VerifyCopyPayload, { description: 'Reads a copy back and hashes it, or a sample of it. A damaged one is not usable any more; one that was and is whole again, as a whole, is usable.' })
  @Directive('@oneSite(by: "input.copyId")')
  async verifyCopy(
    @Ctx() context: RequestContext,
    @Arg('input', () => VerifyCopyInput, { description: 'What to verify.' }) input: VerifyCopyInput,
  ): Promise<VerifyCopyPayload> {
    const operation = await verifyCopy(context.site, { ...workRequest(context, input), copyId: input.copyId, method: input.method, samplePercent: input.samplePercent ?? undefined });
    return { operation, copy: await copyOf(context, operation) };
  }

  @Mutation(() => DeleteCopyPayload, { description: 'Removes a copy and frees the space of its parts. Refused with CONFLICT while it is restored or sent, with COPY_DEPENDED_ON while an app instance has nothing else to go back to.' })
  @Directive('@oneSite(by: "input.copyId")')
  async deleteCopy(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeleteCopyInput, { description: 'What to delete.' }) input: DeleteCopyInput,
  ): Promise<DeleteCopyPayload> {
    const operation = await deleteCopy(context.site, { ...workRequest(context, input), copyId: input.copyId, evenIfDependedOn: input.evenIfDependedOn });
    return { operation, copyId: input.copyId };
  }
}

async function copyOf({ loaders }: RequestContext, { subjectId }: OperationRecord): Promise<Copy | null> {
  return subjectId === null ? null : ((await loaders.copy.load(subjectId)) as unknown as Copy | null);
}
