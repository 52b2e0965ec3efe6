import type { Json } from './json.js';

export interface SecretBoxLike {
  seal(text: string, context: string): string;
  open(sealed: string, context: string): string;
}

/** How inputs and results are kept: as JSON text, sealed when there is a secret box. The context is the operation's id. */
export class Sealer {
  constructor(private readonly secretBox: SecretBoxLike | undefined) {}

  seal(value: Json | undefined, context: string): string {
    const text = value === undefined ? '' : JSON.stringify(value);
    return this.secretBox === undefined ? text : this.secretBox.seal(text, context);
  }

  open(sealed: string, context: string): Json | undefined {
    const text = this.secretBox === undefined ? sealed : this.secretBox.open(sealed, context);
    return text === '' ? undefined : (JSON.parse(text) as Json);
  }
}
