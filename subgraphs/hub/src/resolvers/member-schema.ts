import { buildFederatedSchema, Node, parseId, type FederatedSchema } from '@ocopea/graph';
import { createOperationsGraph } from '@ocopea/operations/graph';
import { Arg, Ctx, Directive, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { causeOf } from './cause-of.js';
import type { HubRequestContext } from './hub-request-context.js';

/** Events name their Site; the Hub's own have none. */
@ObjectType('Site', { implements: Node, description: 'One physical location: a datacenter, a cloud zone.' })
@Directive('@key(fields: "id")')
class SiteReference implements Node {
  @Field(() => ID, { description: 'A DNS label; the first part of every id of this Site.' })
  id!: string;
}

@Resolver()
class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Anything with a global id; null when there is nothing with this one.' })
  @Directive('@oneSite(by: "id")')
  async node(@Ctx() { hub }: HubRequestContext, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<object | null> {
    return parseId(id).kind === 'operation' ? ((await hub.engine.find(id)) ?? null) : null;
  }
}

let built: FederatedSchema | undefined;

/** The Hub as a partial member of the subgraph `site`: operations and events of its own, by the same types as the Sites'. */
export function memberSchema(): FederatedSchema {
  if (built === undefined) {
    const operations = createOperationsGraph<HubRequestContext>({
      siteType: SiteReference,
      engineOf: ({ hub }) => hub.engine,
      siteOf: () => null,
      causeOf: ({ principal }) => causeOf(principal),
    });
    built = buildFederatedSchema({
      resolvers: [...operations.resolvers, NodeResolver],
      referenceResolvers: operations.referenceResolvers,
      partition: true,
    });
  }
  return built;
}
