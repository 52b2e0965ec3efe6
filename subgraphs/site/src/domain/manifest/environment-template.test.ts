import { describe, expect, it } from 'vitest';
import { parseTemplate, referencedDataServices, resolveEnvironment } from './environment-template.js';

const bindings = new Map([['db', { uri: 'memory://user:secret@host', port: '5432' }]]);
const resolve = (value: string) => resolveEnvironment([{ name: 'V', value }], bindings);

describe('an environment template', () => {
  it.each([
    ['plain', 'plain'],
    ['${db.uri}', 'memory://user:secret@host'],
    ['a ${db.port} b ${db.port}', 'a 5432 b 5432'],
    ['$${db.uri}', '${db.uri}'],
    ['costs $5 and {braces}', 'costs $5 and {braces}'],
    ['', ''],
  ])('%j becomes %j', (template, value) => {
    expect(resolve(template)).toEqual({ resolved: true, environment: { V: value } });
  });

  it.each(['${db.uri', '${db}', '${}', '${db.}', '${.uri}', '${db uri}'])('%j is a slip, not text', (template) => {
    expect(parseTemplate(template)).toMatchObject({ valid: false });
  });

  it('names the variable, the key and the keys there are, and no value', () => {
    const answer = resolve('${db.password}');
    expect(answer).toEqual({ resolved: false, problem: 'environment variable "V" refers to "${db.password}", but its binding has port, uri' });
  });

  it('does not take what every object has for a key', () => {
    expect(resolve('${db.constructor}')).toMatchObject({ resolved: false });
  });

  it('tells which data services it needs, each once', () => {
    expect(referencedDataServices([{ name: 'A', value: '${db.uri}${cache.uri}' }, { name: 'B', value: '${db.port}' }])).toEqual(['db', 'cache']);
  });
});
