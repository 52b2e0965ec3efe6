import { OcopeaError, type OcopeaErrorOptions } from '../ocopea-error.js';
import { quoted } from './quoted.js';

export interface NoCommonFormat {
  /** What cannot be copied or restored, for example `data service "db"`. */
  readonly subject: string;
  readonly offered: readonly string[];
  readonly accepted: readonly string[];
  /** What to do. */
  readonly hint: string;
}

export function noCommonFormat({ subject, offered, accepted, hint }: NoCommonFormat): OcopeaError {
  return new OcopeaError(
    'NO_COMMON_FORMAT',
    `${subject}: no common copy format: offered ${listed(offered)}, accepted ${listed(accepted)}; ${hint}`,
    { details: { offered: [...offered], accepted: [...accepted] } },
  );
}

/** @param why - for example `it failed` or `it is still being taken` */
export function copyNotUsable(copyId: string, why: string): OcopeaError {
  return new OcopeaError('COPY_NOT_USABLE', `copy ${quoted(copyId)} cannot be used: ${why}`);
}

/** @param dependents - what would lose its only way back */
export function copyDependedOn(copyId: string, dependents: readonly { readonly id: string; readonly name: string }[]): OcopeaError {
  const named = dependents.slice(0, 5).map(({ id, name }) => `${quoted(name)} (${id})`);
  return new OcopeaError(
    'COPY_DEPENDED_ON',
    `copy ${quoted(copyId)} is all that app instance ${named.join(', ')}${dependents.length > 5 ? ` and ${dependents.length - 5} more` : ''} could go back to; take a copy of it first, or delete with evenIfDependedOn`,
    { details: { dependentIds: dependents.map(({ id }) => id) } },
  );
}

export function copyIncomplete(copyId: string, missingPartIds: readonly string[]): OcopeaError {
  return new OcopeaError('COPY_INCOMPLETE', `copy ${quoted(copyId)} lacks the parts ${listed(missingPartIds)}; send them again`, {
    details: { missingPartIds: [...missingPartIds] },
  });
}

export function corruptData(what: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError(
    'CORRUPT_DATA',
    `${what} does not have the hash or length it should have; nothing of it was published`,
    options,
  );
}

export function capacityExceeded(message: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('CAPACITY_EXCEEDED', message, options);
}

export function brokerUnavailable(brokerName: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('BROKER_UNAVAILABLE', `broker ${quoted(brokerName)} cannot be reached now; see its health`, options);
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? '(none)' : items.map(quoted).join(', ');
}
