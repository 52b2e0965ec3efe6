/** The id of the member that owns `id`, or `undefined` when the id does not tell. `typename` is given for entities. */
export type OwnerOf = (id: string, typename?: string) => string | undefined;

/**
 * Ids are `<member>.<anything>`; the id of a member itself belongs to that member.
 *
 * @example
 * ownerByIdPrefix('oslo.book.0192…') // 'oslo'
 * ownerByIdPrefix('oslo')            // 'oslo'
 */
export const ownerByIdPrefix: OwnerOf = (id) => {
  const dot = id.indexOf('.');
  const owner = dot < 0 ? id : id.slice(0, dot);
  return owner === '' ? undefined : owner;
};
