const rowsPerRequest = 50_000;

/** The sample application over HTTP, as its users have it. */
export class Guestbook {
  constructor(readonly url: string) {}

  /** In requests that a busy machine answers in time. */
  async fill(rows: number): Promise<void> {
    for (let left = rows; left > 0; left -= rowsPerRequest) await this.#json('POST', `/fill?rows=${Math.min(left, rowsPerRequest)}`);
  }

  async sign(author: string, message: string): Promise<{ id: string }> {
    return (await this.#json('POST', '/entries', { author, message })) as { id: string };
  }

  async digest(through?: string): Promise<{ rows: number; sha256: string }> {
    return (await this.#json('GET', through === undefined ? '/digest' : `/digest?through=${through}`)) as { rows: number; sha256: string };
  }

  /** The newest entry's id; undefined for an empty book. */
  async newestId(): Promise<string | undefined> {
    const { entries } = (await this.#json('GET', '/entries?order=newest&limit=1')) as { entries: { id: string }[] };
    return entries[0]?.id;
  }

  async #json(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(120_000),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
