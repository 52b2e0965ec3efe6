/** Who stands behind a request. */
export interface Principal {
  /** `anonymous`: a process that was told to ask for no credential. */
  readonly kind: 'administrator' | 'hub' | 'site' | 'anonymous';
  /** For people and for audit records: `admin`, the id of a Hub or of a Site. */
  readonly name: string;
  /** The id of the Hub that passed the request on for this caller. */
  readonly via?: string;
  /** When the credential ends. Live connections end with it, unless they present another one. */
  readonly expiresAt?: Date;
}
