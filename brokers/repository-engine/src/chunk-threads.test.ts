import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestProgram } from './testing/index.js';

const changed = 'its stored bytes were changed';

it('threads give what the work in them gives: chunks that come back, damage that is told, errors; and they hold no process', async () => {
  const program = await TestProgram.build(join(import.meta.dirname, 'testing/chunk-threads-program.ts'));
  try {
    const child = program.start();
    const { results, failure } = JSON.parse(await child.line((line) => line.startsWith('{'))) as { results: Record<string, { storedBytes: number }>; failure: string };
    expect(Object.keys(results)).toHaveLength(8);
    for (const result of Object.values(results)) expect(result).toMatchObject({ hash: true, back: true, cut: changed, checked: 0, damaged: changed });
    expect(results['rows, key 3']!.storedBytes).toBeLessThan(75_000);
    expect(results['random, key 3']!.storedBytes).toBe(300_028);
    expect(failure).toBe('RangeError');
    expect(await child.exit).toEqual([0, null]);
  } finally {
    await program.remove();
  }
});
