/**
 * Forms that secrets have when they get into a text: credentials of an address, tokens, and values beside a word that says
 * what they are. A net below the rule that nobody writes one in a message.
 */
const forms: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 ***'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '***'],
  [/\b(\w*(?:password|passwd|passphrase|secret|token|grant|credential|api[_-]?key|access[_-]?key|private[_-]?key))(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"']+)/gi, '$1$2***'],
];

export function withoutSecrets(text: string): string {
  return forms.reduce((masked, [form, mask]) => masked.replace(form, mask), text);
}
