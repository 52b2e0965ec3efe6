import { describe, expect, it } from 'vitest';
import { AppInstancePhase } from '../../store/generated/enums.js';
import { refusalOf, type AppInstanceAction } from './app-instance-state.js';

/** Which action each phase takes; `-` is refused with a reason. */
const table = `
  DEPLOYING    -    -     -    delete
  RUNNING      stop start copy delete
  STOPPING     stop start -    delete
  STOPPED      stop start copy delete
  DELETING     -    -     -    delete
  FAILED       -    -     -    delete
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/) as [AppInstancePhase, ...string[]]);

const actions: readonly AppInstanceAction[] = ['stop', 'start', 'copy', 'delete'];

describe('refusalOf', () => {
  it('knows every phase', () => {
    expect(table.map(([phase]) => phase).sort()).toEqual(Object.values(AppInstancePhase).sort());
  });

  it.each(table)('in phase %s takes %s %s %s %s', (phase, ...taken) => {
    const allowed = actions.map((action) => (refusalOf(action, phase) === undefined ? action : '-'));
    expect(allowed).toEqual(taken);
  });

  it('says what to do', () => {
    expect(refusalOf('copy', 'FAILED')).toContain('retry the operation or delete it');
  });
});
