import { readFile } from 'node:fs/promises';

/** Seconds that some work takes, and what it answers. */
export async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const begin = process.hrtime.bigint();
  const result = await work();
  return { seconds: Number(process.hrtime.bigint() - begin) / 1e9, result };
}

/** The middle one. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Starts to watch the resident memory of a process; the returned function stops and answers the highest seen, in bytes (Linux). */
export function watchMemory(pid: number): () => Promise<number> {
  let highest = 0;
  const look = async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    highest = Math.max(highest, Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
  };
  const timer = setInterval(() => void look(), 20);
  return async () => {
    clearInterval(timer);
    await look();
    return highest;
  };
}

export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
