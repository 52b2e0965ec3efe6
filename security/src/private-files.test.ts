import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureAdminToken, JoinToken, SecretBox, SigningKey } from './index.js';
import { testHome } from './testing/test-home.js';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the administrator’s token', () => {
  it('is made once, of 32 random bytes, in a file of its owner', async () => {
    const home = join(await testHome(), 'new', 'home');
    const { path, token } = await ensureAdminToken(home);
    expect(path).toBe(join(home, 'admin.token'));
    expect(token.reveal()).toMatch(/^ocopea_[A-Za-z0-9_-]{43}$/);
    expect(await readFile(path, 'utf8')).toBe(`${token.reveal()}\n`);
    expect([await modeOf(path), await modeOf(home)]).toEqual(['600', '700']);
    expect((await ensureAdminToken(home)).token.reveal()).toBe(token.reveal());
  });

  it('is the same for all who make it at once, and nothing else is left', async () => {
    const home = await testHome();
    const made = await Promise.all(Array.from({ length: 20 }, () => ensureAdminToken(home)));
    expect(new Set(made.map(({ token }) => token.reveal())).size).toBe(1);
    expect(await readdir(home)).toEqual(['admin.token']);
  });

  it.each([0o640, 0o604, 0o660, 0o620])('is refused in a file of mode %o, saying what to run', async (mode) => {
    const home = await testHome();
    const { path, token } = await ensureAdminToken(home);
    await chmod(path, mode);
    const error = await ensureAdminToken(home).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'INSECURE_FILE', message: expect.stringContaining(`run: chmod 600 ${path}`) as string });
    expect(String(error)).not.toContain(token.reveal());
  });

  it('is refused when the file holds something else, without showing it', async () => {
    const home = await testHome();
    await writeFile(join(home, 'admin.token'), 'hunter2', { mode: 0o600 });
    const error = await ensureAdminToken(home).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'BAD_INPUT' });
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('the join token', () => {
  it('is good once, and only the right one uses it up', async () => {
    const join = new JoinToken(await testHome());
    const token = await join.ensure();
    expect((await join.ensure()).reveal()).toBe(token.reveal());
    await expect(join.consume('ocopea_wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await join.consume(token.reveal());
    await expect(join.consume(token.reveal())).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('used already') as string,
    });
    expect((await join.ensure()).reveal()).not.toBe(token.reveal());
  });

  it('lets one in of twenty that come at once', async () => {
    const home = await testHome();
    const join = new JoinToken(home);
    const token = (await join.ensure()).reveal();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => join.consume(token)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(reasons).toEqual(Array.from({ length: 19 }, () => expect.objectContaining({ code: 'UNAUTHENTICATED' }) as unknown));
    expect(await readdir(home)).toEqual([]);
  });
});

describe('a signing key', () => {
  it('is made once and stays the same', async () => {
    const path = join(await testHome(), 'signing.key');
    const key = await SigningKey.loadOrCreate(path);
    expect(await modeOf(path)).toBe('600');
    expect((await SigningKey.loadOrCreate(path)).publicJwk).toEqual(key.publicJwk);
    expect(key.publicJwk).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: expect.stringMatching(/^[\w-]{43}$/) as string,
      kid: key.kid,
    });
    expect(JSON.stringify(key)).not.toContain('PRIVATE');
  });

  it('is refused from a file with something else, without showing it', async () => {
    const path = join(await testHome(), 'signing.key');
    await writeFile(path, 'hunter2', { mode: 0o600 });
    const error = await SigningKey.loadOrCreate(path).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'BAD_INPUT' });
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('a secret box', () => {
  const open = async () => {
    const path = join(await testHome(), 'master.key');
    return { path, box: await SecretBox.loadOrCreate(path) };
  };

  it('opens what it sealed, in the same context only', async () => {
    const { box } = await open();
    const sealed = box.seal('hünter2', 'binding:1');
    expect(sealed).not.toContain('hünter2');
    expect(sealed).not.toBe(box.seal('hünter2', 'binding:1'));
    expect(box.open(sealed, 'binding:1')).toBe('hünter2');
    expect(() => box.open(sealed, 'binding:2')).toThrow(
      expect.objectContaining({ code: 'CORRUPT_DATA', message: expect.stringContaining('"binding:2"') as string }),
    );
  });

  it('does not open what was changed anywhere', async () => {
    const { box } = await open();
    const sealed = box.seal('hunter2', 'a');
    for (let index = 0; index < sealed.length; index += 1) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
      // The last character of a part may hold bits that base64url leaves out.
      if (
        Buffer.from(changed.split('.').at(-1)!, 'base64url').equals(Buffer.from(sealed.split('.').at(-1)!, 'base64url')) &&
        changed.split('.', 3).join() === sealed.split('.', 3).join()
      )
        continue;
      expect(() => box.open(changed, 'a'), `position ${index}`).toThrow(expect.objectContaining({ code: 'CORRUPT_DATA' }));
    }
    for (const text of ['', 'v1', 'v1...', sealed.slice(0, -8), `${sealed}AAAA`])
      expect(() => box.open(text, 'a')).toThrow(expect.objectContaining({ code: 'CORRUPT_DATA' }));
  });

  it('opens older boxes after its key was changed, also when loaded again', async () => {
    const { box, path } = await open();
    const old = box.seal('first', 'a');
    await box.rotate();
    const young = box.seal('second', 'a');
    expect(young.split('.')[1]).not.toBe(old.split('.')[1]);
    expect(await modeOf(path)).toBe('600');
    const again = await SecretBox.loadOrCreate(path);
    expect([again.open(old, 'a'), again.open(young, 'a')]).toEqual(['first', 'second']);
  });

  it('of another installation does not open', async () => {
    const [one, other] = [await open(), await open()];
    expect(() => other.box.open(one.box.seal('x', 'a'), 'a')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('restore that file from a backup') as string }),
    );
  });

  it('is refused from a file with something else, without showing it', async () => {
    const path = join(await testHome(), 'master.key');
    await writeFile(path, 'hunter2 hunter2\n', { mode: 0o600 });
    const error = await SecretBox.loadOrCreate(path).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'BAD_INPUT' });
    expect(String(error)).not.toContain('hunter2');
  });
});
