import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import { addCopyRepository } from '../domain/brokers/add-copy-repository.js';
import { registerBroker } from '../domain/brokers/register-broker.js';
import { removeBroker } from '../domain/brokers/remove-broker.js';
import { setRepositoryLimits } from '../domain/brokers/repository-limits.js';
import { AddCopyRepositoryInput, RegisterBrokerInput, RemoveBrokerInput, SetRepositoryLimitsInput } from './inputs/broker-inputs.js';
import type { RequestContext } from './request-context.js';
import type { CopyRepository } from './types/broker.js';
import { AddCopyRepositoryPayload, RegisterBrokerPayload, RemoveBrokerPayload, SetRepositoryLimitsPayload } from './types/payloads.js';

@Resolver()
export class BrokerMutations {
  @Mutation(() => RegisterBrokerPayload, { description: 'Registers a broker behind a URL. This version answers NOT_SUPPORTED: it works with embedded brokers.' })
  @Directive('@oneSite(by: "input.siteId")')
  registerBroker(@Arg('input', () => RegisterBrokerInput, { description: 'Which broker.' }) _input: RegisterBrokerInput): RegisterBrokerPayload {
    return registerBroker();
  }

  @Mutation(() => RemoveBrokerPayload, { description: 'Takes a broker out of service. Refused with CONFLICT while something uses it.' })
  @Directive('@oneSite(by: "input.brokerId")')
  async removeBroker(
    @Ctx() { site }: RequestContext,
    @Arg('input', () => RemoveBrokerInput, { description: 'Which broker.' }) { brokerId }: RemoveBrokerInput,
  ): Promise<RemoveBrokerPayload> {
    await removeBroker(site, brokerId);
    return { brokerId };
  }

  @Mutation(() => AddCopyRepositoryPayload, { description: 'Makes a place for copies, or takes over one that is there.' })
  @Directive('@oneSite(by: "input.brokerId")')
  async addCopyRepository(
    @Ctx() { site }: RequestContext,
    @Arg('input', () => AddCopyRepositoryInput, { description: 'Which place.' }) input: AddCopyRepositoryInput,
  ): Promise<AddCopyRepositoryPayload> {
    return { copyRepository: (await addCopyRepository(site, input)) as unknown as CopyRepository };
  }

  @Mutation(() => SetRepositoryLimitsPayload, { description: 'Limits how much a copy repository takes, from now on and for work under way.' })
  @Directive('@oneSite(by: "input.repositoryId")')
  async setRepositoryLimits(
    @Ctx() { site }: RequestContext,
    @Arg('input', () => SetRepositoryLimitsInput, { description: 'Which limits.' }) input: SetRepositoryLimitsInput,
  ): Promise<SetRepositoryLimitsPayload> {
    return { copyRepository: (await setRepositoryLimits(site, input)) as unknown as CopyRepository };
  }
}
