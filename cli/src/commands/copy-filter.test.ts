import { describe, expect, it } from 'vitest';
import { Command } from 'commander';
import { addCopyFilterOptions, copyFilter, parseSelector, parseSize, parseTime, type CopyFilterFlags } from './copy-filter.js';

const filterOf = (...flags: string[]) => copyFilter(addCopyFilterOptions(new Command()).exitOverride().parse(flags, { from: 'user' }).opts<CopyFilterFlags>());

describe('the flags of "ocopea copies list"', () => {
  it.each([
    [[], {}],
    [['--app', 'guestbook'], { appInstanceName: 'guestbook' }],
    [['--app', 'eu.app.1'], { appInstanceId: 'eu.app.1' }],
    [['--label', 'env=prod,test', '!gone', '--label', 'team'], { labels: [{ key: 'env', not: false, values: ['prod', 'test'] }, { key: 'gone', not: true }, { key: 'team', not: false }] }],
    [['--no-usable', '--verified', '--expired'], { usable: false, verified: true, expired: true }],
    [['--consistency', 'application', '--no-hooks-failed'], { consistency: 'APPLICATION', hooksFailed: false }],
    [['--larger-than', '1.5GB', '--taken-from', '2026-03-01'], { largerThan: 1_500_000_000, takenFrom: '2026-03-01T00:00:00.000Z' }],
  ])('%j', (flags, filter) => {
    expect(filterOf(...flags)).toEqual(filter);
  });

  it('take a value with the sign that parts key and value', () => {
    expect(parseSelector('a=b=c')).toEqual({ key: 'a', not: false, values: ['b=c'] });
  });

  it('refuse what is no selector, size or time', () => {
    for (const parse of [() => parseSelector('!'), () => parseSize('ten'), () => parseSize('1 PiB'), () => parseTime('soon')]) expect(parse).toThrow(/it is/);
  });

  it('take a time without a zone as UTC', () => {
    expect(parseTime('2026-03-01T12:00:00')).toBe('2026-03-01T12:00:00.000Z');
  });
});
