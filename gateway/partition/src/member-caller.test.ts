import { describe, expect, it } from 'vitest';
import { MemberCaller, type CallOptions, type MemberCallerOptions } from './member-caller.js';
import { memberUnavailable } from './partition-error.js';
import type { MemberCallOptions, MemberRequest, MemberResult, PartitionMember } from './partition-member.js';
import type { BreakerChanged, MemberCallEnded, PartitionObserver } from './partition-observer.js';

const READ: CallOptions = { operation: 'query', retry: true, context: { who: 'ada' } };
const WRITE: CallOptions = { operation: 'mutation', retry: false, context: { who: 'ada' } };
const QUESTION: MemberRequest = { query: '{ stock { books } }', variables: { n: 1 } };
const never = new Promise<never>(() => {});

/** A member whose answers the test gives one by one, in the order of the requests. */
class ScriptedMember implements PartitionMember {
  readonly id = 'oslo';
  readonly sdl = '';
  readonly covers = 'whole';
  readonly requests: { request: MemberRequest; options: MemberCallOptions }[] = [];
  answer: (number: number, request: MemberRequest, options: MemberCallOptions) => MemberResult | Promise<MemberResult> = () => ({ data: { stock: { books: 1 } } });

  async execute(request: MemberRequest, options: MemberCallOptions): Promise<MemberResult> {
    this.requests.push({ request, options });
    return this.answer(this.requests.length, request, options);
  }

  subscribe(): never {
    throw new Error('not to be asked');
  }
}

class Notes implements PartitionObserver {
  readonly calls: MemberCallEnded[] = [];
  readonly changes: BreakerChanged[] = [];
  callEnded(call: MemberCallEnded): void {
    this.calls.push(call);
  }
  breakerChanged(change: BreakerChanged): void {
    this.changes.push(change);
  }
}

function setUp(options: MemberCallerOptions = {}): { member: ScriptedMember; notes: Notes; caller: MemberCaller } {
  const notes = new Notes();
  return { member: new ScriptedMember(), notes, caller: new MemberCaller({ observer: notes, ...options }) };
}

const gone = (): never => {
  throw memberUnavailable('oslo', 'closed the connection');
};

describe('a call to a member', () => {
  it('is told to the observer with its attempts and outcome', async () => {
    const { member, notes, caller } = setUp();
    member.answer = (number) => (number === 1 ? gone() : { data: {} });
    expect((await caller.call(member, QUESTION, READ)).ok).toBe(true);
    expect(notes.calls).toEqual([
      { member: 'oslo', operation: 'query', durationMs: expect.any(Number), outcome: 'ANSWERED', attempts: 2, hedged: false, shared: false, context: READ.context },
    ]);
  });

  it('is answered although its observer throws', async () => {
    const broken = (): never => {
      throw new Error('the observer is broken');
    };
    const { member, caller } = setUp({ failuresToOpen: 1, observer: { callEnded: broken, breakerChanged: broken } });
    expect((await caller.call(member, QUESTION, READ)).ok).toBe(true);
    member.answer = gone;
    expect(await caller.call(member, QUESTION, READ)).toMatchObject({ ok: false, error: { code: 'SITE_UNAVAILABLE' } });
  });

  it('is repeated for as long as the budget lasts, and what was answered fills it again', async () => {
    const { member, notes, caller } = setUp({ retryBudget: { burst: 2, ratio: 0.5 }, failuresToOpen: 1_000 });
    member.answer = gone;
    for (let i = 0; i < 6; i++) await caller.call(member, QUESTION, READ);
    // Two at once after the quiet time, then every second call has earned one.
    expect(notes.calls.map(({ attempts }) => attempts)).toEqual([2, 2, 2, 1, 2, 1]);
  });

  it('that changes something is never repeated', async () => {
    const { member, notes, caller } = setUp({ hedge: { minMs: 0 } });
    member.answer = gone;
    await caller.call(member, QUESTION, WRITE);
    expect(notes.calls).toMatchObject([{ operation: 'mutation', attempts: 1, outcome: 'SITE_UNAVAILABLE' }]);
  });

  it('ends when the time of the whole request is over, and that is not held against the member', async () => {
    const { member, notes, caller } = setUp({ deadlineMs: 60_000 });
    member.answer = () => never;
    const outcome = await caller.call(member, QUESTION, { ...READ, deadlineAt: performance.now() + 30 });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'SITE_TIMEOUT', message: expect.stringContaining('the request as a whole') } });
    const late = await caller.call(member, QUESTION, { ...READ, deadlineAt: performance.now() - 1 });
    expect(late).toMatchObject({ ok: false, error: { code: 'SITE_TIMEOUT' } });
    expect(member.requests).toHaveLength(1);
    expect(notes.changes).toEqual([]);
  });

  it('is refused at once when too many wait already', async () => {
    const { member, caller } = setUp({ maxConcurrentPerMember: 1, maxWaitingPerMember: 1 });
    const left = new AbortController();
    member.answer = () => never;
    const waiting = [1, 2].map(() => caller.call(member, QUESTION, { ...READ, signal: left.signal }));
    expect(await caller.call(member, QUESTION, READ)).toMatchObject({ ok: false, error: { code: 'SITE_UNAVAILABLE', message: expect.stringContaining('too many requests') } });
    left.abort();
    expect((await Promise.all(waiting)).map((outcome) => !outcome.ok && outcome.error.code)).toEqual(['REQUEST_CANCELLED', 'REQUEST_CANCELLED']);
  });
});

describe('the circuit of a member', () => {
  it('opens after one whole deadline of silence; the next call costs nothing', async () => {
    const { member, notes, caller } = setUp({ deadlineMs: 50, openMs: 60_000 });
    member.answer = () => never;
    expect(await caller.call(member, QUESTION, READ)).toMatchObject({ ok: false, error: { code: 'SITE_TIMEOUT' } });
    expect(await caller.call(member, QUESTION, READ)).toMatchObject({ ok: false, error: { code: 'SITE_UNAVAILABLE' } });
    expect(member.requests).toHaveLength(1);
    expect(notes.changes).toEqual([{ member: 'oslo', from: 'CLOSED', to: 'OPEN' }]);
    expect(notes.calls[1]).toMatchObject({ attempts: 0, outcome: 'SITE_UNAVAILABLE' });
  });

  it('stays closed for one slow question among others that are answered', async () => {
    const { member, notes, caller } = setUp({ deadlineMs: 100 });
    member.answer = (_number, { query }) => (query === 'slow' ? never : { data: {} });
    const slow = caller.call(member, { query: 'slow' }, READ);
    await caller.call(member, QUESTION, READ);
    expect(await slow).toMatchObject({ ok: false, error: { code: 'SITE_TIMEOUT' } });
    expect(notes.changes).toEqual([]);
  });

  it('costs no call anything when the member is back by the time of the probe', async () => {
    const { member, notes, caller } = setUp({ failuresToOpen: 1, openMs: 0, probeWaitMs: 60_000 });
    member.answer = gone;
    await caller.call(member, QUESTION, { ...READ, retry: false });
    member.answer = () => ({ data: {} });
    const outcomes = await Promise.all([1, 2, 3].map(() => caller.call(member, QUESTION, READ)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(member.requests.filter(({ request }) => request.query === '{ __typename }')).toHaveLength(1);
    expect(notes.changes.map(({ to }) => to)).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
  });

  it('does not hold calls up while its member hangs', async () => {
    const { member, caller } = setUp({ deadlineMs: 60_000, failuresToOpen: 1, openMs: 0, probeWaitMs: 10 });
    member.answer = gone;
    await caller.call(member, QUESTION, { ...READ, retry: false });
    member.answer = () => never;
    for (let i = 0; i < 3; i++) expect(await caller.call(member, QUESTION, READ)).toMatchObject({ ok: false, error: { code: 'SITE_UNAVAILABLE' } });
    expect(member.requests).toHaveLength(2);
  });
});

describe('a hedged read', () => {
  /** A caller that knows how fast the member usually is. */
  async function learned(options: MemberCallerOptions = {}): Promise<ReturnType<typeof setUp>> {
    const all = setUp({ hedge: { minMs: 1 }, ...options });
    for (let i = 0; i < 30; i++) await all.caller.call(all.member, QUESTION, READ);
    all.member.requests.length = 0;
    all.notes.calls.length = 0;
    return all;
  }

  it('takes what comes first and lets go of the other', async () => {
    const { member, notes, caller } = await learned();
    let wasLetGo = false;
    member.answer = (number, _request, { signal }) => {
      if (number === 2) return { data: { from: 'the second' } };
      signal.addEventListener('abort', () => (wasLetGo = true));
      return never;
    };
    expect(await caller.call(member, QUESTION, READ)).toMatchObject({ ok: true, result: { data: { from: 'the second' } } });
    expect(wasLetGo).toBe(true);
    expect(notes.calls).toMatchObject([{ attempts: 2, hedged: true }]);
  });

  it('waits for the other when one fails', async () => {
    const { member, caller } = await learned();
    let answerFirst = (_result: MemberResult): void => {};
    member.answer = (number) => {
      if (number === 1) return new Promise((resolve) => (answerFirst = resolve));
      setImmediate(() => answerFirst({ data: { from: 'the first' } }));
      return gone();
    };
    expect(await caller.call(member, QUESTION, READ)).toMatchObject({ ok: true, result: { data: { from: 'the first' } } });
  });

  it('is sent once when the budget is spent', async () => {
    const { member, notes, caller } = await learned({ deadlineMs: 60, mutationDeadlineMs: 60, retryBudget: { burst: 0, ratio: 0 } });
    member.answer = () => never;
    await caller.call(member, QUESTION, READ);
    expect(notes.calls).toMatchObject([{ attempts: 1, hedged: false, outcome: 'SITE_TIMEOUT' }]);
  });
});

describe('identical reads that are under way', () => {
  const identityOf = (context: unknown): string | undefined => (context as { who?: string }).who;

  it('are sent once for one caller, and each gets an answer of its own', async () => {
    const { member, notes, caller } = setUp({ identityOf });
    const outcomes = await Promise.all([1, 2, 3].map(() => caller.call(member, QUESTION, READ)));
    expect(member.requests).toHaveLength(1);
    const results = outcomes.map((outcome) => outcome.ok && outcome.result);
    expect(results).toEqual([1, 2, 3].map(() => ({ data: { stock: { books: 1 } } })));
    expect(new Set(results).size).toBe(3);
    expect(notes.calls.map(({ shared, attempts }) => [shared, attempts]).toSorted()).toEqual([[false, 1], [true, 0], [true, 0]]);
  });

  it('are sent apart for two callers, for other variables, and for callers without an identity', async () => {
    const { member, caller } = setUp({ identityOf });
    const bob = { ...READ, context: { who: 'bob' } };
    const nobody = { ...READ, context: {} };
    await Promise.all([
      caller.call(member, QUESTION, READ),
      caller.call(member, QUESTION, bob),
      caller.call(member, { ...QUESTION, variables: { n: 2 } }, READ),
      caller.call(member, QUESTION, nobody),
      caller.call(member, QUESTION, nobody),
    ]);
    expect(member.requests).toHaveLength(5);
  });

  it('are not joined by who asks after a mutation', async () => {
    const { member, caller } = setUp({ identityOf });
    let answerOld = (_result: MemberResult): void => {};
    member.answer = (number) => (number === 1 ? new Promise((resolve) => (answerOld = resolve)) : { data: { at: number } });
    const before = caller.call(member, QUESTION, READ);
    await caller.call(member, { query: 'mutation { lend }' }, WRITE);
    expect(await caller.call(member, QUESTION, READ)).toMatchObject({ result: { data: { at: 3 } } });
    answerOld({ data: { at: 1 } });
    expect(await before).toMatchObject({ result: { data: { at: 1 } } });
  });

  it('go on for those who stay, and end when all have left', async () => {
    const { member, caller } = setUp({ identityOf });
    const clients = [new AbortController(), new AbortController()];
    let sent: AbortSignal | undefined;
    member.answer = (_number, _request, { signal }) => {
      sent = signal;
      return never;
    };
    const calls = clients.map(({ signal }) => caller.call(member, QUESTION, { ...READ, signal }));
    clients[0]!.abort();
    expect(await calls[0]).toMatchObject({ ok: false, error: { code: 'REQUEST_CANCELLED' } });
    expect(sent!.aborted).toBe(false);
    clients[1]!.abort();
    expect(await calls[1]).toMatchObject({ ok: false, error: { code: 'REQUEST_CANCELLED' } });
    expect(sent!.aborted).toBe(true);
    member.answer = () => ({ data: {} });
    expect((await caller.call(member, QUESTION, READ)).ok).toBe(true);
  });

  it('end for a client whose own time is over', async () => {
    const { member, caller } = setUp({ identityOf });
    let answer = (_result: MemberResult): void => {};
    member.answer = () => new Promise((resolve) => (answer = resolve));
    const patient = caller.call(member, QUESTION, READ);
    expect(await caller.call(member, QUESTION, { ...READ, deadlineAt: performance.now() + 20 })).toMatchObject({ ok: false, error: { code: 'SITE_TIMEOUT' } });
    answer({ data: {} });
    expect((await patient).ok).toBe(true);
  });
});
