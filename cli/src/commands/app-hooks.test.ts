import { describe, expect, it } from 'vitest';
import { parseHooks } from './app-hooks.js';

describe('the file of "ocopea apps set-hooks"', () => {
  it('is a list of hooks, as it is; what is wrong with one of them the Site says', () => {
    const hooks = [{ name: 'thaw', event: 'AFTER_COPY', service: 'web', command: 'thaw' }];
    expect(parseHooks(JSON.stringify(hooks))).toEqual(hooks);
    expect(parseHooks('[]')).toEqual([]);
  });

  it.each([
    ['thaw', /no JSON$/],
    ['{"name": "thaw"}', /no JSON list of objects/],
    ['["thaw"]', /no JSON list of objects/],
    ['[[]]', /no JSON list of objects/],
    ['null', /no JSON list of objects/],
  ])('is refused as %j', (text, message) => {
    expect(() => parseHooks(text)).toThrow(message);
  });
});
