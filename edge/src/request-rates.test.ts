import { unauthenticated } from '@ocopea/graph';
import { describe, expect, it } from 'vitest';
import { RequestRates } from './request-rates.js';

const admin = { kind: 'administrator', name: 'admin' } as const;
const limited = expect.objectContaining({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 1 } }) as Error;

function rates(limits: Partial<ConstructorParameters<typeof RequestRates>[0]> = {}) {
  let nowMs = 0;
  const made = new RequestRates({ requestsPerSecond: 1, requestsBurst: 2, refusalsPerSecond: 1, refusalsBurst: 2, countedCallers: 10, ...limits }, ({ via }) => via === 'trusted', () => nowMs);
  return { made, after: (ms: number) => (nowMs += ms) };
}

describe('RequestRates', () => {
  it('counts each caller by who it is, and tells one Hub from another that asks for the same person', () => {
    const { made, after } = rates();
    made.count(admin);
    made.count(admin);
    expect(() => made.count(admin)).toThrow(limited);
    made.count({ ...admin, via: 'hub-1' });
    made.count({ kind: 'site', name: 'admin' });
    after(1_000);
    made.count(admin);
  });

  it('counts wrong credentials by address, and answers that address without a look after too many', async () => {
    const { made, after } = rates();
    let looks = 0;
    const wrong = () => {
      looks += 1;
      return Promise.reject(unauthenticated());
    };
    for (let times = 0; times < 2; times += 1) await expect(made.guard('10.0.0.1', wrong)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(made.guard('10.0.0.1', wrong)).rejects.toThrow(limited);
    await expect(made.guard('10.0.0.1', () => Promise.resolve(admin))).rejects.toThrow(limited);
    expect(looks).toBe(2);
    expect(await made.guard('10.0.0.2', () => Promise.resolve(admin))).toEqual(admin);
    after(1_000);
    expect(await made.guard('10.0.0.1', () => Promise.resolve(admin))).toEqual(admin);
  });

  it('does not count good credentials by address', async () => {
    const { made } = rates();
    for (let times = 0; times < 100; times += 1) expect(await made.guard('10.0.0.1', () => Promise.resolve(admin))).toEqual(admin);
  });

  it('does not count who is exempt', () => {
    const { made } = rates();
    for (let times = 0; times < 100; times += 1) made.count({ ...admin, via: 'trusted' });
  });

  it('has no limit where 0 is said', async () => {
    const { made } = rates({ requestsPerSecond: 0, refusalsPerSecond: 0 });
    for (let times = 0; times < 100; times += 1) {
      made.count(admin);
      await expect(made.guard('10.0.0.1', () => Promise.reject(unauthenticated()))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});
