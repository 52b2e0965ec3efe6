/** How a cell of the matrix may end. */
export type Verdict =
  | { readonly kind: 'finished' }
  /** It failed with this code, and nothing was left behind. */
  | { readonly kind: 'failed'; readonly code: string }
  /** It failed with this code, and its warnings say what it could not take back, which can be removed. */
  | { readonly kind: 'kept'; readonly code: string; readonly why: string }
  | { readonly kind: 'refused'; readonly code: string }
  /** The fault does not exist there. */
  | { readonly kind: 'nothing to hit'; readonly why: string }
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'stuck' | 'wrong data' | 'left behind'; readonly why: string };

/** What must not be: a defect that says of itself that it is one is no end either. */
export function isFault(verdict: Verdict): boolean {
  const { kind } = verdict;
  return kind === 'stuck' || kind === 'wrong data' || kind === 'left behind' || ('code' in verdict && verdict.code === 'INTERNAL');
}

export function inWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'finished':
      return 'finished';
    case 'failed':
      return `failed: ${verdict.code}`;
    case 'kept':
      return `failed: ${verdict.code}, said what it kept`;
    case 'refused':
      return `refused: ${verdict.code}`;
    case 'nothing to hit':
      return '–';
    case 'skipped':
      return 'skipped';
    case 'stuck':
    case 'wrong data':
    case 'left behind':
      return verdict.kind.toUpperCase();
  }
}
