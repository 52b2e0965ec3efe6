import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@ocopea/embedded/testing';
import { describe, expect, it } from 'vitest';
import { readSiteConfig, readUpConfig } from './process-config.js';
import { sharedServerOf } from './shared-postgres.js';

const site = (url: string, more: Record<string, string> = {}) => readSiteConfig({ OCOPEA_SITE_ID: 'here', OCOPEA_SHARED_POSTGRES_URL: url, ...more });

describe('the address of a shared PostgreSQL server', () => {
  it('is taken apart, with the password in it or in a file of its own', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'password');
    await writeFile(file, 'from the file\n', { mode: 0o600 });
    expect(await sharedServerOf(site('postgresql://boss:p%40ss@127.0.0.1/'))).toEqual({ endpoint: { host: '127.0.0.1', port: 5432, tls: { mode: 'disable' } }, database: 'postgres', user: 'boss', password: 'p@ss' });
    const url = 'postgres://boss@db.example.org:6432/main?sslmode=verify-full&sslrootcert=/etc/ca.pem';
    expect(await sharedServerOf(site(url, { OCOPEA_SHARED_POSTGRES_PASSWORD_FILE: file }))).toEqual({
      endpoint: { host: 'db.example.org', port: 6432, tls: { mode: 'verify-full', rootCertificateFile: '/etc/ca.pem' } },
      database: 'main',
      user: 'boss',
      password: 'from the file',
    });
    expect(await sharedServerOf(readSiteConfig({ OCOPEA_SITE_ID: 'here' }))).toBeUndefined();
    await chmod(file, 0o644);
    await expect(sharedServerOf(site(url, { OCOPEA_SHARED_POSTGRES_PASSWORD_FILE: file }))).rejects.toMatchObject({ code: 'INSECURE_FILE' });
    await expect(sharedServerOf(site(url, { OCOPEA_SHARED_POSTGRES_PASSWORD_FILE: `${file}.none` }))).rejects.toThrow(/OCOPEA_SHARED_POSTGRES_PASSWORD_FILE: there is no file/);
    await expect(sharedServerOf(site(url))).rejects.toThrow(/holds no password/);
  });

  it.each([
    ['http://boss:secret-x@db', 'must be a postgresql:// address'],
    ['postgresql://', 'must have the form'],
    ['postgresql://127.0.0.1/', 'must name the administrator'],
    ['postgresql://boss:secret-x@db.example.org/', 'must say sslmode'],
    ['postgresql://boss:secret-x@db/?sslmode=prefer', 'has sslmode "prefer"'],
    ['postgresql://boss:secret-x@db/?sslmode=verify-full', 'needs sslrootcert=FILE'],
    ['postgresql://boss:secret-x@db/?sslmode=require&options=-c', 'knows no parameter "options"'],
  ])('%s is refused, saying why and not the password', (url, why) => {
    for (const read of [() => site(url), () => readUpConfig({ OCOPEA_SHARED_POSTGRES_URL: url })]) {
      const error = (() => { try { read(); } catch (thrown) { return thrown as Error; } return new Error('it was taken'); })();
      expect(error.message).toContain('OCOPEA_SHARED_POSTGRES_URL');
      expect(error.message).toContain(why);
      expect(error.message).not.toContain('secret-x');
    }
  });
});
