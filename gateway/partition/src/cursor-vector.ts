import { PartitionError } from './partition-error.js';

/** How far a subscription over many members has come: the last cursor of each member. */
export type CursorVector = ReadonlyMap<string, string>;

const MAX_ENCODED_LENGTH = 256 * 1024;

/** The cursor that clients of a fanned-in stream get: base64url of JSON `{ memberId: cursor }`. */
export function encodeCursorVector(vector: CursorVector): string {
  return Buffer.from(JSON.stringify(Object.fromEntries(vector))).toString('base64url');
}

/** @throws BAD_CURSOR when `encoded` was not made by {@link encodeCursorVector} */
export function decodeCursorVector(encoded: string): Map<string, string> {
  const entries = parseEntries(encoded);
  if (!entries) {
    throw new PartitionError(
      'BAD_CURSOR',
      'the cursor given as "after" was not made by this subscription; give the "cursor" of the last event you got, or none',
    );
  }
  return new Map(entries);
}

function parseEntries(encoded: string): [string, string][] | undefined {
  if (encoded.length > MAX_ENCODED_LENGTH) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value as Record<string, unknown>);
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? entries : undefined;
  } catch {
    return undefined;
  }
}
