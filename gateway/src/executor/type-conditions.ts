import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

/** Which types fit a type condition, worked out once for each condition. */
export class TypeConditions {
  readonly #fitting = new Map<string, ReadonlySet<string>>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** Names of the type itself and of all object types and interfaces below it. */
  fitting(condition: string): ReadonlySet<string> {
    let names = this.#fitting.get(condition);
    if (!names) this.#fitting.set(condition, (names = this.#work(condition)));
    return names;
  }

  /** Whether a `__typename` tells what an object is, and not only an interface that it is of. */
  isObject(typename: unknown): boolean {
    return typeof typename === 'string' && isObjectType(this.schema.getType(typename));
  }

  /** Names of all object types but these. */
  objectsBut(names: readonly string[]): ReadonlySet<string> {
    return new Set(Object.values(this.schema.getTypeMap()).flatMap((type) => (isObjectType(type) && !names.includes(type.name) ? [type.name] : [])));
  }

  #work(condition: string): ReadonlySet<string> {
    const type = this.schema.getType(condition);
    const names = new Set([condition]);
    if (!isAbstractType(type)) return names;
    for (const each of Object.values(this.schema.getTypeMap())) {
      if ((isObjectType(each) || isInterfaceType(each)) && this.schema.isSubType(type, each)) names.add(each.name);
    }
    return names;
  }
}
