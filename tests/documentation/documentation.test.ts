import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' }).split('\n').filter((path) => existsSync(join(root, path)) && path !== '');

it('links only to what is there', () => {
  const links = pages.flatMap((page) => [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g)].map(([, target]) => ({ page, target: target! })));
  const local = links.filter(({ target }) => !/^[a-z]+:/.test(target));
  expect(local.length).toBeGreaterThan(50);
  expect(local.filter(({ page, target }) => !existsSync(join(root, normalize(join(dirname(page), target)))))).toEqual([]);
});

it.each(['docs/decisions', 'changes'])('numbers each page of %s once', (folder) => {
  const numbers = readdirSync(join(root, folder)).flatMap((name) => /^(\d{4})-.+\.md$/.exec(name)?.[1] ?? []);
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers.toSorted()).toEqual([...new Set(numbers)].toSorted());
});

it('heads each decision with its number', () => {
  const folder = 'docs/decisions';
  const heads = readdirSync(join(root, folder)).map((name) => ({ name, head: readFileSync(join(root, folder, name), 'utf8').split('\n')[0]! }));
  expect(heads.filter(({ name, head }) => !head.startsWith(`# ${Number(name.slice(0, 4))}. `))).toEqual([]);
});
