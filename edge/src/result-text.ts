const texts = new WeakMap<object, string>();

/**
 * A result as JSON, made once for each object: a source that gives the same result to many subscribers has it written to all of
 * them in the same bytes. A result is not changed once it was given away.
 */
export function resultText(result: object): string {
  let text = texts.get(result);
  if (text === undefined) texts.set(result, (text = JSON.stringify(result)));
  return text;
}
