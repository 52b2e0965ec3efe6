import { badInput } from '@ocopea/graph';

const longestText = 200;
const mostWords = 10;

/**
 * The words of a search text, as `searchCopies` takes them: what is no letter or digit parts words, as in the index.
 *
 * @throws BAD_INPUT too long, or no word in it
 */
export function searchWords(text: string, where: string): string[] {
  if (text.length > longestText) throw badInput(where, `it has ${text.length} characters, ${longestText} are allowed`);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) throw badInput(where, 'there is no word in it');
  if (words.length > mostWords) throw badInput(where, `it has ${words.length} words, ${mostWords} are allowed`);
  return words;
}
