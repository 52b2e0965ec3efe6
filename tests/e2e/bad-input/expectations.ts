import { expect } from 'vitest';
import type { Scene } from './scene.js';

/** Addresses, stacks, files and slips of formatting have no place in what a client reads. */
const internals = /\b(127\.0\.0\.1|localhost|10\.\d+\.\d+\.\d+)\b|\n\s+at |node_modules|\.[cm]?[jt]s:\d+|\/tmp\/|undefined|\[object|PrismaClient|ECONN/;

/** A message for people: in words, and without what is nobody's business. */
export function expectFitForPeople(message: string, scene: Scene): void {
  expect(message).not.toMatch(internals);
  expect(message.length).toBeLessThan(1_000);
  for (const secret of scene.secrets) expect(message.includes(secret)).toBe(false);
}
