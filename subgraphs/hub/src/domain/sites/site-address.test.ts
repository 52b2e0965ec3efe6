import { expect, it } from 'vitest';
import { siteAddress } from './site-address.js';

it.each([
  ['https://site.example.invalid/', 'https://site.example.invalid'],
  ['http://127.0.0.1:4001', 'http://127.0.0.1:4001'],
  ['http://[::1]:4001/base/', 'http://[::1]:4001/base'],
])('takes %s', async (text, address) => {
  expect(await siteAddress(text, 'input.url')).toBe(address);
});

it.each([
  ['nonsense'],
  ['ftp://site.example.invalid'],
  ['file:///etc/passwd'],
  ['http://user:hunter2@127.0.0.1'],
  ['http://127.0.0.1/?x=1'],
  ['http://169.254.169.254/latest'],
  ['http://2852039166/'],
  ['http://[fe80::1]/'],
  ['http://[::ffff:169.254.169.254]/'],
  ['http://metadata.google.internal/'],
  ['http://0.0.0.0:4001/'],
])('refuses %s', async (text) => {
  const refused = await siteAddress(text, 'input.url').catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('input.url') });
  expect((refused as Error).message).not.toContain('hunter2');
});
