import { describe, expect, it } from 'vitest';
import { Health, rollUpApp, rollUpSite } from './roll-up-health.js';

const { HEALTHY, DEGRADED, UNHEALTHY, UNKNOWN } = Health;
const part = (name: string, health: Health, reason?: string) => ({ name, health, reason });

describe('health of a whole', () => {
  it('is that of the worst part, with its reason', () => {
    expect(rollUpApp('RUNNING', [part('db', HEALTHY), part('web', UNHEALTHY, 'it exited')])).toEqual({ health: UNHEALTHY, reason: 'web: it exited' });
    expect(rollUpApp('RUNNING', [part('db', UNKNOWN), part('web', DEGRADED, 'it is starting')])).toEqual({ health: DEGRADED, reason: 'web: it is starting' });
    expect(rollUpApp('RUNNING', [part('db', UNKNOWN), part('web', HEALTHY)])).toEqual({ health: UNKNOWN, reason: 'db: not measured yet' });
    expect(rollUpApp('RUNNING', [part('db', HEALTHY)])).toEqual({ health: HEALTHY });
  });

  it('is bad for an instance that has failed, whatever is left of it', () => {
    expect(rollUpApp('FAILED', []).health).toBe(UNHEALTHY);
  });

  it('degrades a Site when one thing at it is bad, and no more', () => {
    const brokers = [{ ...part('postgres', HEALTHY), kind: 'DATA_SERVICE' }, { ...part('process', HEALTHY), kind: 'PAAS' }];
    expect(rollUpSite(brokers, [part('shop', UNHEALTHY, 'web: it exited')])).toEqual({ health: DEGRADED, reason: 'shop: web: it exited' });
  });

  it('fails a Site when all brokers of a kind are down', () => {
    const brokers = [{ ...part('postgres', UNHEALTHY, 'down'), kind: 'DATA_SERVICE' }, { ...part('process', HEALTHY), kind: 'PAAS' }];
    expect(rollUpSite(brokers, [])).toEqual({ health: UNHEALTHY, reason: 'no broker of kind DATA_SERVICE answers: postgres: down' });
  });
});
