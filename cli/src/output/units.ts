const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in the decimal unit that fits, for example `318.5 MB`. */
export function formatBytes(bytes: number | string | null | undefined): string | undefined {
  if (bytes === null || bytes === undefined) return undefined;
  let value = Number(bytes);
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** The reverse: `10 MB`, `1.5GB`, `65536`; `undefined` for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?) ?([kMGTP]?B)?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * 1000 ** units.indexOf(unit as (typeof units)[number]));
}

/** A moment as people read it, in UTC to the second. */
export function formatTime(moment: string | null | undefined): string | undefined {
  return moment?.replace('T', ' ').replace(/(\.\d+)?Z$/, 'Z');
}

/** Seconds as `1h 02m`, `3m 20s` or `8s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= 3600) return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
  if (whole >= 60) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  return `${whole}s`;
}
