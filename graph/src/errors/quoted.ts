const longest = 120;

/** A caller's text as it may stand in a message: in quotes, control characters escaped, cut when long. */
export function quoted(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return JSON.stringify(shown);
}
