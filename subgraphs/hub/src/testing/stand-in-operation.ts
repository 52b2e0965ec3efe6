import { newId } from '@ocopea/graph';

export interface StandInOperationOptions {
  readonly siteId: string;
  readonly kind: string;
  /** Name of the Hub's operation behind it. */
  readonly causeName: string;
  readonly subjectId: string;
  readonly bytesTotal: number;
  /** It ends when it has been looked at so often; never with `Infinity`. */
  readonly looksUntilDone: number;
  /** Its effect, when it succeeds. */
  readonly onSuccess: () => void;
  /** How it ends instead of succeeding. */
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
}

/** An operation of a {@link StandInSite}, which moves on whenever somebody looks. */
export class StandInOperation {
  readonly id: string;
  #looks = 0;
  #outcome: 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | null = null;

  constructor(private readonly options: StandInOperationOptions) {
    this.id = newId(options.siteId, 'operation');
  }

  get kind(): string {
    return this.options.kind;
  }

  get subjectId(): string {
    return this.options.subjectId;
  }

  get outcome(): string | null {
    return this.#outcome;
  }

  look(): object {
    if (this.#outcome === null && ++this.#looks >= this.options.looksUntilDone) {
      this.#outcome = this.options.failure === undefined ? 'SUCCEEDED' : 'FAILED';
      if (this.options.failure === undefined) this.options.onSuccess();
    }
    return this.row();
  }

  cancel(): void {
    this.#outcome ??= 'CANCELLED';
  }

  row(): object {
    const { kind, causeName, subjectId, bytesTotal, looksUntilDone, failure } = this.options;
    const isOver = this.#outcome === 'SUCCEEDED';
    const share = isOver ? 1 : this.#looks / looksUntilDone;
    const progress = { bytesDone: Math.floor(bytesTotal * share), bytesTotal, itemsDone: isOver ? 1 : 0, itemsTotal: 1, bytesSent: Math.floor((bytesTotal * share) / 2) };
    return {
      id: this.id,
      kind,
      phase: this.#outcome === null ? 'RUNNING' : 'DONE',
      outcome: this.#outcome,
      subjectId,
      cause: { kind: 'OPERATION', name: causeName },
      error: this.#outcome === 'FAILED' ? failure : null,
      progress,
      parts: [{ name: 'db', progress }],
    };
  }
}
