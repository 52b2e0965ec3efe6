import assert from 'node:assert/strict';
import type { LogLine } from '@ocopea/broker-contract';
import type { ConformanceCase } from '../conformance-case.js';
import { eventually, withinDeadline } from '../within-deadline.js';
import type { PaasContext } from './paas-context.js';

const KEPT_LINES = 1_000;

/** `logs`. */
export const logCases: readonly ConformanceCase<PaasContext>[] = [
  {
    name: 'follow gives lines in order with growing times and cursors, of which each names one line',
    run: async (context) => {
      const before = Date.now();
      const { key, status } = await context.deploy();
      await context.tell(status, '/print?lines=50&text=count');
      const lines = await context.linesUntil(key, ({ text }) => text === 'count 50');
      assert.match(lines[0]?.text ?? '', /^listening on port \d+$/);
      assert.deepEqual(textsOf(lines, 'count'), numbered('count', 50));
      assert.equal(new Set(lines.map(({ cursor }) => cursor)).size, lines.length, 'two lines have one cursor');
      for (const { at } of lines) assert.ok(at.getTime() >= before - 1_000 && at.getTime() <= Date.now() + 1_000, `a line is dated ${at.toISOString()}`);
      assert.deepEqual(lines.map(({ at }) => at.getTime()), lines.map(({ at }) => at.getTime()).sort((a, b) => a - b));
    },
  },
  {
    name: 'without follow it ends at the last line; with after it goes on right behind that line',
    run: async (context) => {
      const { key, status } = await context.deploy();
      await context.tell(status, '/print?lines=20&text=count');
      const lines = await context.linesUntil(key, ({ text }) => text === 'count 20');
      assert.deepEqual(await context.lines(key), lines);
      for (const [index, { cursor }] of lines.entries()) assert.deepEqual(await context.lines(key, cursor), lines.slice(index + 1));
    },
  },
  {
    name: 'output and error output are told apart, and both are there',
    run: async (context) => {
      const { key, status } = await context.deploy();
      await context.tell(status, '/print?lines=3&text=good&stream=out');
      await context.tell(status, '/print?lines=3&text=bad&stream=err');
      await context.linesUntil(key, ({ text }) => text === 'good 3');
      await context.linesUntil(key, ({ text }) => text === 'bad 3');
      const lines = await context.lines(key);
      assert.deepEqual(textsOf(lines.filter(({ stream }) => stream === 'out'), 'good'), numbered('good', 3));
      assert.deepEqual(textsOf(lines.filter(({ stream }) => stream === 'err'), 'bad'), numbered('bad', 3));
    },
  },
  {
    name: 'a follower sees lines as they are printed, and an abort ends it without an error',
    run: async (context) => {
      const { key, status } = await context.deploy();
      const stop = new AbortController();
      const seen: string[] = [];
      const following = (async () => {
        for await (const { text } of context.broker.logs({ ...key, follow: true }, { signal: stop.signal })) seen.push(text);
      })();
      for (let round = 1; round <= 3; round++) {
        await context.tell(status, `/print?lines=1&text=round-${round}`);
        await eventually(async () => (seen.includes(`round-${round} 1`) ? true : undefined), `line of round ${round}`);
      }
      stop.abort();
      await withinDeadline(following, 'end of the follower');
    },
  },
  {
    name: 'a consumer that stops in the middle harms nobody',
    run: async (context) => {
      const { key, status } = await context.deploy();
      await context.tell(status, '/print?lines=10&text=count');
      await context.linesUntil(key, ({ text }) => text === 'count 3');
      const lines = await context.linesUntil(key, ({ text }) => text === 'count 10');
      assert.deepEqual(textsOf(lines, 'count'), numbered('count', 10));
    },
  },
  {
    name: 'the last 1,000 lines are kept across a crash, a stop and a start, and cursors stay good',
    run: async (context) => {
      const { key, status } = await context.deploy();
      await context.tell(status, `/print?lines=${KEPT_LINES}&text=count`);
      const before = await context.linesUntil(key, ({ text }) => text === `count ${KEPT_LINES}`);
      await context.tell(status, '/exit?code=1');
      await eventually(async () => ((await context.broker.get(key)).restarts > 0 ? true : undefined), 'restart after a crash');
      await context.reaches(key, 'running');
      await context.broker.stop(key);
      await context.deploy({}, key);
      assert.deepEqual(textsOf(await context.lines(key), 'count'), numbered('count', KEPT_LINES));
      const since = await context.linesUntil(key, ({ text }) => text.startsWith('listening'), before.at(-1)?.cursor);
      assert.ok(since.every(({ text }) => !text.startsWith('count')), 'lines before the cursor come again');
    },
  },
];

function textsOf(lines: readonly LogLine[], prefix: string): string[] {
  return lines.map(({ text }) => text).filter((text) => text.startsWith(`${prefix} `));
}

function numbered(text: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${text} ${index + 1}`);
}
