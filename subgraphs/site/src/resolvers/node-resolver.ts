import { isSiteId, Node, parseId, type ParsedId } from '@ocopea/graph';
import { operationLoaders } from '@ocopea/operations/graph';
import { Arg, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import type { RequestContext } from './request-context.js';

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Anything with a global id; null when there is nothing with this one.' })
  @Directive('@oneSite(by: "id")')
  node(@Ctx() context: RequestContext, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<object | null> {
    return findNode(context, id);
  }
}

/** The row that an id names, whatever its kind. @throws INVALID_ID */
export async function findNode(context: RequestContext, id: string): Promise<object | null> {
  const { loaders, site, description } = context;
  if (isSiteId(id)) return id === description.id ? description : null;
  const { kind }: ParsedId = parseId(id);
  switch (kind) {
    case 'app':
      return loaders.appInstance.load(id);
    case 'copy':
      return loaders.copy.load(id);
    case 'repository':
      return loaders.copyRepository.load(id);
    case 'broker':
      return loaders.broker.load(id);
    case 'data-service':
      return site.database.dataService.findUnique({ where: { id } });
    case 'app-service':
      return site.database.appService.findUnique({ where: { id } });
    case 'operation':
      return (await operationLoaders(context, site.engine).operation.load(id)) ?? null;
    case 'copy-part':
    case 'event':
      // Neither is a node: they are read with what they belong to.
      return null;
  }
}
