import type { NamedValue } from './app-manifest.js';

/** A piece of an environment value: text as it is, or a key of a data service's binding. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly dataService: string; readonly key: string };

/** What {@link parseTemplate} answers: the parts, or the sentence that says what is wrong. */
export type ParsedTemplate = { readonly valid: true; readonly parts: readonly TemplatePart[] } | { readonly valid: false; readonly problem: string };

/**
 * Takes a template apart. `${db.uri}` refers to the key `uri` of data service `db`; `$${` stands for a plain `${`; any other
 * `$` is itself. An unclosed or malformed `${` is a problem rather than text, since it is nearly always a slip.
 *
 * @example
 * parseTemplate('${db.uri}?ssl=off') // text and reference
 */
export function parseTemplate(template: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let text = '';
  let at = 0;
  while (at < template.length) {
    if (template.startsWith('$${', at)) {
      text += '${';
      at += 3;
    } else if (template.startsWith('${', at)) {
      const end = template.indexOf('}', at);
      const match = end === -1 ? null : reference.exec(template.slice(at + 2, end));
      if (match === null) {
        return { valid: false, problem: 'has a "${" that is not "${dataService.key}"; write "$${" for a plain "${"' };
      }
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      parts.push({ kind: 'reference', dataService: match[1] as string, key: match[2] as string });
      at = end + 1;
    } else {
      text += template[at];
      at += 1;
    }
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return { valid: true, parts };
}

/** Values of the bindings of one app service, by data service name, then by key. Secrets. */
export type BindingValues = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What {@link resolveEnvironment} answers. `problem` names the variable and the key, never a value. */
export type ResolvedEnvironment =
  | { readonly resolved: true; readonly environment: Readonly<Record<string, string>> }
  | { readonly resolved: false; readonly problem: string };

/** Fills the bindings' values in. Keys are checked here since only a binding shows which ones a broker gives. */
export function resolveEnvironment(variables: readonly NamedValue[], bindings: BindingValues): ResolvedEnvironment {
  const environment: Record<string, string> = {};
  for (const { name, value } of variables) {
    const template = parseTemplate(value);
    if (!template.valid) return { resolved: false, problem: `environment variable "${name}" ${template.problem}` };
    let filled = '';
    for (const part of template.parts) {
      if (part.kind === 'text') {
        filled += part.text;
        continue;
      }
      const values = bindings.get(part.dataService);
      if (values === undefined || !Object.hasOwn(values, part.key)) {
        const known = values === undefined ? 'there is no such data service' : `its binding has ${Object.keys(values).sort().join(', ')}`;
        return { resolved: false, problem: `environment variable "${name}" refers to "\${${part.dataService}.${part.key}}", but ${known}` };
      }
      filled += values[part.key];
    }
    environment[name] = filled;
  }
  return { resolved: true, environment };
}

/** Names of the data services that these variables refer to, each once. */
export function referencedDataServices(variables: readonly NamedValue[]): readonly string[] {
  const names = new Set<string>();
  for (const { value } of variables) {
    const template = parseTemplate(value);
    if (!template.valid) continue;
    for (const part of template.parts) if (part.kind === 'reference') names.add(part.dataService);
  }
  return [...names];
}

const reference = /^([a-z][a-z0-9-]{0,62})\.([A-Za-z][A-Za-z0-9_-]*)$/;
