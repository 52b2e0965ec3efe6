import { describe, expect, it } from 'vitest';
import { formatLogLine } from '../commands/operation-logs.js';
import { formatParts, formatProgress, ProgressLine } from './progress-line.js';
import { formatTable } from './table.js';
import { formatBytes, formatSeconds, formatTime } from './units.js';

describe('tables', () => {
  it('align their columns, figures to the right, nothing as a dash', () => {
    const text = formatTable(
      [
        { title: 'name', cell: (row: { name: string; size: number | null }) => row.name },
        { title: 'size', cell: (row) => row.size, align: 'right' },
      ],
      [
        { name: 'guestbook', size: 5 },
        { name: 'b', size: null },
      ],
    );
    expect(text).toBe('NAME       SIZE\nguestbook     5\nb             -');
  });

  it('let no control character of a name reach the terminal', () => {
    expect(formatTable([{ title: 'name', cell: (name: string) => name }], ['a\u001B[2Jb\nc'])).toBe('NAME\na?[2Jb?c');
  });
});

describe('units', () => {
  it('pick the unit in which a figure is short', () => {
    expect([0, 999, 1000, 318_500_000, '5000000000000'].map(formatBytes)).toEqual(['0 B', '999 B', '1.0 kB', '318.5 MB', '5.0 TB']);
    expect(formatBytes(null)).toBeUndefined();
    expect([0, 59.6, 200, 3720].map(formatSeconds)).toEqual(['0s', '1m 00s', '3m 20s', '1h 02m']);
    expect(formatTime('2026-11-22T10:00:00.123Z')).toBe('2026-11-22 10:00:00Z');
  });
});

describe('lines of a log', () => {
  const line = { at: '2026-11-22T10:00:00.123Z', level: 'INFO' as const, step: null, message: 'began' };

  it('say when, how much it matters, at which step and what', () => {
    expect(formatLogLine(line)).toBe('2026-11-22 10:00:00Z  INFO     began');
    expect(formatLogLine({ ...line, level: 'WARNING', step: 'copy db', message: 'failed' })).toBe('2026-11-22 10:00:00Z  WARNING  copy db: failed');
  });
});

describe('progress', () => {
  const progress = { bytesDone: 50_000_000, bytesTotal: 200_000_000, itemsDone: 0, itemsTotal: null, bytesPerSecond: 25_000_000, etaSeconds: 6, bytesRead: null, bytesNew: null, bytesStored: null, bytesVerified: null, bytesSent: null };

  it('shows the share, the bytes, the rate and what is left', () => {
    expect(formatProgress('copy guestbook', 'copy db', progress)).toBe('copy guestbook  [######------------------]  25 %  50.0 MB of 200.0 MB  25.0 MB/s  6s left  copy db');
  });

  it('shows each part on a line of its own when there are several, and what became of the bytes', () => {
    const parts = [
      { name: 'db', progress },
      { name: 'files', progress: { ...progress, bytesRead: 50_000_000, bytesNew: 1_000_000, bytesStored: 400_000 } },
    ];
    expect(formatParts(parts)).toEqual([
      '  db     [######------------------]  25 %  50.0 MB of 200.0 MB  25.0 MB/s  6s left',
      '  files  [######------------------]  25 %  50.0 MB of 200.0 MB  25.0 MB/s  6s left  1.0 MB new  400.0 kB stored',
    ]);
    expect(formatParts(parts.slice(0, 1))).toEqual([]);
  });

  it('draws over all its lines, and clears them at the end', () => {
    const written: string[] = [];
    const line = new ProgressLine('copy', { isTTY: true, columns: 20, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream);
    line.update('', progress, [{ name: 'a', progress }, { name: 'b', progress }]);
    line.update('', progress, [{ name: 'a', progress }, { name: 'b', progress }]);
    line.end();
    const [first, second, end] = written;
    expect(first?.split('\n')).toHaveLength(3);
    expect(second?.startsWith('\u001B[2A\r\u001B[J')).toBe(true);
    expect(end).toBe('\u001B[2A\r\u001B[J');
  });

  it('shows bytes alone while nobody knows the whole', () => {
    expect(formatProgress('send', '', { ...progress, bytesTotal: null, bytesPerSecond: null, etaSeconds: null })).toBe('send  50.0 MB');
  });
});
