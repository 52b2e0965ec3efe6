import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCatalogue, type ErrorEntry } from './index.js';

const page = readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8');
const documented = new Map(
  [...page.matchAll(/^\| `([A-Z_]+)` \| (\w+) \| (.+) \|$/gm)].map(([, code, retry, summary]) => [code!, { retry, summary }]),
);

describe('docs/reference/errors.md', () => {
  it('has every code of the catalogue with its retry class and line', () => {
    expect(Object.fromEntries(documented)).toMatchObject(errorCatalogue satisfies Record<string, ErrorEntry>);
  });

  it('has no code that the catalogue does not have, and none twice', () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(errorCatalogue).sort());
    expect(page.match(/^\| `[A-Z_]+` \|/gm)).toHaveLength(documented.size);
  });
});
