import { siteUnknown } from '@ocopea/graph';
import type { OperationRecord } from '@ocopea/operations';
import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import { deleteApp } from '../domain/apps/delete-app.js';
import { deployApp } from '../domain/apps/deploy-app.js';
import { startApp } from '../domain/apps/start-app.js';
import { stopApp } from '../domain/apps/stop-app.js';
import { updateAppHooks } from '../domain/hooks/update-app-hooks.js';
import { DeleteAppInput, DeployAppInput, StartAppInput, StopAppInput, UpdateAppHooksInput } from './inputs/app-inputs.js';
import { toHooks, toManifest } from './inputs/app-manifest-input.js';
import type { RequestContext } from './request-context.js';
import type { AppInstance } from './types/app-instance.js';
import { DeleteAppPayload, DeployAppPayload, StartAppPayload, StopAppPayload, UpdateAppHooksPayload } from './types/payloads.js';
import { workRequest } from './work-request.js';

@Resolver()
export class AppMutations {
  @Mutation(() => DeployAppPayload, { description: 'Starts a new app instance. MANIFEST_INVALID names everything that is wrong; NAME_TAKEN.' })
  @Directive('@oneSite(by: "input.siteId")')
  async deployApp(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeployAppInput, { description: 'What to deploy.' }) input: DeployAppInput,
  ): Promise<DeployAppPayload> {
    if (input.siteId !== context.site.siteId) throw siteUnknown(input.siteId);
    const operation = await deployApp(context.site, { ...workRequest(context, input), name: input.name, manifest: toManifest(input.manifest) });
    return { operation, appInstance: await subjectOf(context, operation) };
  }

  @Mutation(() => StopAppPayload, { description: 'Stops the app services of an instance; its data services stay.' })
  @Directive('@oneSite(by: "input.appInstanceId")')
  async stopApp(
    @Ctx() context: RequestContext,
    @Arg('input', () => StopAppInput, { description: 'What to stop.' }) input: StopAppInput,
  ): Promise<StopAppPayload> {
    const operation = await stopApp(context.site, { ...workRequest(context, input), appInstanceId: input.appInstanceId });
    return { operation, appInstance: await subjectOf(context, operation) };
  }

  @Mutation(() => StartAppPayload, { description: 'Starts the app services of a stopped instance again.' })
  @Directive('@oneSite(by: "input.appInstanceId")')
  async startApp(
    @Ctx() context: RequestContext,
    @Arg('input', () => StartAppInput, { description: 'What to start.' }) input: StartAppInput,
  ): Promise<StartAppPayload> {
    const operation = await startApp(context.site, { ...workRequest(context, input), appInstanceId: input.appInstanceId });
    return { operation, appInstance: await subjectOf(context, operation) };
  }

  @Mutation(() => UpdateAppHooksPayload, { description: 'Gives an app instance other hooks, at once. MANIFEST_INVALID names everything that is wrong. A copy that is being taken keeps those that it began with.' })
  @Directive('@oneSite(by: "input.appInstanceId")')
  async updateAppHooks(
    @Ctx() { site, loaders }: RequestContext,
    @Arg('input', () => UpdateAppHooksInput, { description: 'Which ones.' }) { appInstanceId, hooks }: UpdateAppHooksInput,
  ): Promise<UpdateAppHooksPayload> {
    await updateAppHooks(site, appInstanceId, toHooks(hooks));
    return { appInstance: (await loaders.appInstance.load(appInstanceId)) as unknown as AppInstance | null };
  }

  @Mutation(() => DeleteAppPayload, { description: 'Removes an app instance with its data services and frees its name. Its copies stay.' })
  @Directive('@oneSite(by: "input.appInstanceId")')
  async deleteApp(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeleteAppInput, { description: 'What to delete.' }) input: DeleteAppInput,
  ): Promise<DeleteAppPayload> {
    const operation = await deleteApp(context.site, { ...workRequest(context, input), appInstanceId: input.appInstanceId });
    return { operation, appInstanceId: input.appInstanceId };
  }
}

async function subjectOf({ loaders }: RequestContext, { subjectId }: OperationRecord): Promise<AppInstance | null> {
  return subjectId === null ? null : ((await loaders.appInstance.load(subjectId)) as unknown as AppInstance | null);
}
