import { siteUnknown } from '@ocopea/graph';
import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import { acceptCopy } from '../domain/copies/accept-copy.js';
import { pushCopy } from '../domain/copies/push-copy.js';
import { receiveCopy } from '../domain/copies/receive-copy.js';
import { toManifest } from './inputs/app-manifest-input.js';
import {
  AcceptCopyInput,
  AcceptCopyPayload,
  PushCopyInput,
  PushCopyPayload,
  ReceiveCopyInput,
  ReceiveCopyPayload,
} from './inputs/between-sites.js';
import type { RequestContext } from './request-context.js';
import type { Copy } from './types/copy.js';
import { workRequest } from './work-request.js';

@Resolver()
export class BetweenSitesMutations {
  @Mutation(() => ReceiveCopyPayload, { description: 'Makes room for a copy from another Site; asked of the Site that receives.' })
  @Directive('@inaccessible')
  @Directive('@oneSite(by: "input.siteId")')
  async receiveCopy(
    @Ctx() context: RequestContext,
    @Arg('input', () => ReceiveCopyInput, { description: 'What arrives.' }) input: ReceiveCopyInput,
  ): Promise<ReceiveCopyPayload> {
    if (input.siteId !== context.site.siteId) throw siteUnknown(input.siteId);
    const { description } = input;
    const { copyId, grants, alreadyHere } = await receiveCopy(context.site, {
      originCopyId: input.copyId,
      senderSiteId: input.senderSiteId,
      senderKey: input.senderKey,
      repositoryId: input.repositoryId ?? undefined,
      description: {
        ...description,
        manifest: toManifest(description.manifest),
        parts: description.parts.map((part) => ({ ...part, logicalBytes: Number(part.logicalBytes) })),
      },
    });
    return { copy: await copyRow(context, copyId), grants, alreadyHere };
  }

  @Mutation(() => PushCopyPayload, { description: 'Sends a copy straight to the repository of another Site; asked of the Site that has it.' })
  @Directive('@inaccessible')
  @Directive('@oneSite(by: "input.copyId")')
  async pushCopy(
    @Ctx() context: RequestContext,
    @Arg('input', () => PushCopyInput, { description: 'What to send, and by which right.' }) input: PushCopyInput,
  ): Promise<PushCopyPayload> {
    const { copyId, targetSiteId, targetCopyId, receiverKey, grants } = input;
    const operation = await pushCopy(context.site, { ...workRequest(context, input), copyId, targetSiteId, targetCopyId, receiverKey, grants });
    return { operation, copy: await copyRow(context, copyId) };
  }

  @Mutation(() => AcceptCopyPayload, { description: 'Makes a received copy usable when every part has arrived, else COPY_INCOMPLETE; asked of the Site that receives.' })
  @Directive('@inaccessible')
  @Directive('@oneSite(by: "input.copyId")')
  async acceptCopy(
    @Ctx() context: RequestContext,
    @Arg('input', () => AcceptCopyInput, { description: 'What has arrived.' }) { copyId }: AcceptCopyInput,
  ): Promise<AcceptCopyPayload> {
    await acceptCopy(context.site, copyId);
    return { copy: await copyRow(context, copyId) };
  }
}

async function copyRow({ loaders }: RequestContext, id: string): Promise<Copy> {
  return (await loaders.copy.load(id)) as unknown as Copy;
}
