import { OcopeaError, type OcopeaErrorOptions } from '../ocopea-error.js';
import { quoted } from './quoted.js';

export function siteUnknown(siteId: string): OcopeaError {
  return new OcopeaError('SITE_UNKNOWN', `no Site ${quoted(siteId)} is registered; the query { sites { id } } lists them`, {
    details: { site: siteId },
  });
}

export function siteUnavailable(siteId: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('SITE_UNAVAILABLE', `Site ${quoted(siteId)} cannot be reached now`, withSite(siteId, options));
}

export function siteTimeout(siteId: string, deadlineMs: number, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError(
    'SITE_TIMEOUT',
    `Site ${quoted(siteId)} did not answer within ${deadlineMs} ms`,
    withSite(siteId, options),
  );
}

/** @param why - which type and field, and the difference */
export function siteIncompatible(siteId: string, why: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('SITE_INCOMPATIBLE', `Site ${quoted(siteId)} is of another version: ${why}`, withSite(siteId, options));
}

export function siteAlreadyRegistered(siteId: string): OcopeaError {
  return new OcopeaError(
    'SITE_ALREADY_REGISTERED',
    `Site ${quoted(siteId)} is registered already; remove it with removeSite first, or give the new one another id`,
    { details: { site: siteId } },
  );
}

function withSite(siteId: string, options: OcopeaErrorOptions = {}): OcopeaErrorOptions {
  return { ...options, details: { site: siteId, ...options.details } };
}
