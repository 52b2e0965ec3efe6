import { describe, expect, it } from 'vitest';
import { idKinds, isSiteId, newId, nodeTypeName, ownerOf, parseId, requireId } from './index.js';

const uuid = '0192f0c1-7a3b-7cde-8f01-23456789abcd';

describe('ids', () => {
  it.each(idKinds)('of kind %s say who owns them, what they name and when they were made', (kind) => {
    const before = Date.now();
    const id = newId('eu-central', kind);
    expect(parseId(id)).toMatchObject({ text: id, owner: 'eu-central', kind });
    const madeAt = Number.parseInt(parseId(id).uuid.replace('-', '').slice(0, 12), 16);
    expect(madeAt).toBeGreaterThanOrEqual(before);
    expect(madeAt).toBeLessThanOrEqual(Date.now());
    expect(nodeTypeName(id)).toMatch(/^[A-Z]/);
  });

  it('of the Hub begin with hub, which no Site is called', () => {
    expect(ownerOf(newId('hub', 'operation'))).toBe('hub');
    expect(isSiteId('hub')).toBe(false);
  });

  it('of Sites own themselves', () => {
    expect(ownerOf('us-west')).toBe('us-west');
    expect(nodeTypeName('us-west')).toBe('Site');
  });

  it.each(['', 'A', 'a.b', '-a', 'a-', 'a_b', 'ä', 'a'.repeat(64), ' a'])('%j is no site id', (text) => {
    expect(isSiteId(text)).toBe(false);
    expect(() => newId(text, 'copy')).toThrow(expect.objectContaining({ code: 'INVALID_ID' }));
  });

  it.each([
    '',
    'oslo',
    'oslo.copy',
    `oslo.copy.${uuid}.more`,
    `oslo.nothing.${uuid}`,
    `oslo.copy.${uuid.toUpperCase()}`,
    `OSLO.copy.${uuid}`,
    `.copy.${uuid}`,
    `oslo.copy.${uuid}\n`,
    'oslo.copy.1',
    "oslo.copy.' or 1=1",
  ])('%j is not an id', (text) => {
    expect(() => parseId(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ID',
        message: `${JSON.stringify(text)} is not an id: expected <site>.<kind>.<uuid>`,
      }),
    );
  });

  it('of another kind are refused with both kinds in words', () => {
    const id = `oslo.copy.${uuid}`;
    expect(requireId(id, 'copy').uuid).toBe(uuid);
    expect(() => requireId(id, 'app')).toThrow(
      expect.objectContaining({ code: 'WRONG_ID_KIND', message: `"${id}" names a copy, an app instance was expected` }),
    );
  });

  it('are quoted in messages at a bounded length', () => {
    expect(() => parseId('x'.repeat(1_000_000))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,200}$/) as string }),
    );
  });
});
