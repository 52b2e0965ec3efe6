import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType, type GraphQLSchema } from 'graphql';

/**
 * Everything in a schema that has no description, as `Type`, `Type.field`, `Type.field(argument)` or `Enum.VALUE`, in order. What
 * federation itself adds is left out.
 */
export function missingDescriptions(schema: GraphQLSchema): string[] {
  const described: [path: string, description: string | null | undefined][] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isSpecifiedScalarType(type) || isOfFederation(type.name)) continue;
    if (!roots.has(type.name)) described.push([type.name, type.description]);
    if (isEnumType(type)) {
      for (const value of type.getValues()) described.push([`${type.name}.${value.name}`, value.description]);
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) described.push([`${type.name}.${field.name}`, field.description]);
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (isOfFederation(field.name)) continue;
        described.push([`${type.name}.${field.name}`, field.description]);
        for (const argument of field.args) described.push([`${type.name}.${field.name}(${argument.name})`, argument.description]);
      }
    }
  }
  return described
    .filter(([, description]) => !description?.trim())
    .map(([path]) => path)
    .sort();
}

/** The roots speak for themselves, and type-graphql cannot describe them. */
const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

function isOfFederation(name: string): boolean {
  return name.startsWith('_') || name.startsWith('link__') || name.startsWith('federation__');
}
