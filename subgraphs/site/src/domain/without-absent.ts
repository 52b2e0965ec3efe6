/**
 * The object without what is not given. GraphQL says `null` for that, JSON leaves it out, and under
 * `exactOptionalPropertyTypes` a key that is `undefined` is not an absent one: the domain and the brokers know absent ones only.
 */
export function withoutAbsent<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined)) as never;
}
