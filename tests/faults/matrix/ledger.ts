import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Verdict } from './verdict.js';

/** What is known of cells so far, in a file of lines: a run goes on where the last one stopped. */
export class Ledger {
  readonly #verdicts = new Map<string, Verdict>();

  private constructor(private readonly path: string) {}

  static async open(path: string, { fresh }: { readonly fresh: boolean }): Promise<Ledger> {
    await mkdir(dirname(path), { recursive: true });
    if (fresh) await rm(path, { force: true });
    const ledger = new Ledger(path);
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const line of text.split('\n').filter(Boolean)) {
      const { id, verdict } = JSON.parse(line) as { id: string; verdict: Verdict };
      ledger.#verdicts.set(id, verdict);
    }
    return ledger;
  }

  get(id: string): Verdict | undefined {
    return this.#verdicts.get(id);
  }

  async put(id: string, verdict: Verdict): Promise<void> {
    this.#verdicts.set(id, verdict);
    await appendFile(this.path, `${JSON.stringify({ id, verdict })}\n`);
  }
}
