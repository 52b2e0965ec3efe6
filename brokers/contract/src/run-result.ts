/** How a command in an app service, or statements in a data service, ended. */
export interface RunResult {
  /** `late`: it came to its deadline and was ended there. */
  readonly end: 'succeeded' | 'failed' | 'late';
  /** Why it did not succeed, for people: `it ended with exit code 3`. Absent when it succeeded. */
  readonly problem?: string;
  /** The last of what it said, see {@link RunOutput}: at most {@link runOutputLength} characters, no secret that the broker knows. */
  readonly output: string;
}

/** How much of the output of a run is kept, in characters. */
export const runOutputLength = 8_192;

/** Milliseconds that a run may be given. */
export const runDeadlineMs = { least: 100, most: 600_000 } as const;

/** Below it, a value says nothing that somebody could use: a port, a flag, the name of a stage. */
const leastSecret = 6;
/** One character of a secret, until the output is read. Programs do not write it: it stands for nothing in Unicode. */
const mask = '\u{F8FF}';

/** Collects what a run says: its end is kept, and what must not leave the broker is taken out. */
export class RunOutput {
  readonly #secrets: readonly string[];
  readonly #longest: number;
  #text = '';
  #isCut = false;

  /** @param secrets see {@link secretsOf} */
  constructor(secrets: Iterable<string>) {
    this.#secrets = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
    this.#longest = this.#secrets[0]?.length ?? 1;
  }

  add(text: string): void {
    this.#text += text;
    const most = runOutputLength + this.#longest;
    // Cut now and then, not at each piece.
    if (this.#text.length > 4 * most) {
      this.#text = this.#text.slice(-2 * most);
      this.#isCut = true;
    }
  }

  /** What is kept, without secrets and without characters that no terminal and no database takes. */
  toString(): string {
    let text = this.#text;
    for (const secret of this.#secrets) text = text.replaceAll(secret, mask.repeat(secret.length));
    // What begins here may be the end of a secret whose beginning is gone; the mask has kept every place, so it can be left out.
    if (this.#isCut) text = text.slice(this.#longest - 1);
    if (text.length > runOutputLength) text = text.slice(-runOutputLength);
    // oxlint-disable-next-line no-control-regex -- those are meant
    return text.replace(/\u{F8FF}+/gu, '***').replaceAll('\r', '').replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '\u{FFFD}').trim();
  }
}

/**
 * The values of an environment that may be secrets, and the passwords within those that are addresses: a program may say
 * one without the other.
 */
export function secretsOf(environment: Readonly<Record<string, string>>): string[] {
  return Object.values(environment).flatMap((value) => {
    const password = passwordOf(value);
    return [...(value.length >= leastSecret ? [value] : []), ...(password === undefined ? [] : [password, decoded(password)])];
  });
}

function passwordOf(value: string): string | undefined {
  if (!value.includes('://') || !URL.canParse(value)) return undefined;
  const { password } = new URL(value);
  return password === '' ? undefined : password;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
