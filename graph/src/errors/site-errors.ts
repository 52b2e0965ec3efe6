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

/** The Site answers, but does not take the Hub's credential, which somebody has to mend: no repeat does. @param why - see {@link hubRefusedBecause} */
export function siteRefusesHub(siteId: string, why: string, options?: OcopeaErrorOptions): OcopeaError {
  return new OcopeaError('SITE_UNAVAILABLE', `Site ${quoted(siteId)} ${why}`, { retry: 'terminal', ...withSite(siteId, options) });
}

/** What the Hub's short-lived tokens put up with. */
const toleratedClockMs = 30_000;

/**
 * Why a Site does not take the Hub's credential and what to do, in words that go on behind the Site's name.
 *
 * @param clockAheadMs - how far the Site's clock is ahead of the Hub's; negative when it is behind, `undefined` when that is not known
 */
export function hubRefusedBecause(clockAheadMs: number | undefined): string {
  if (clockAheadMs === undefined || Math.abs(clockAheadMs) < toleratedClockMs) {
    return "does not take this Hub's credential; if it was set up anew or joined another Hub, register it again with registerSite";
  }
  const side = clockAheadMs > 0 ? 'ahead of' : 'behind';
  return `does not take this Hub's credential: its clock is ${durationInWords(Math.abs(clockAheadMs))} ${side} the Hub's; set both clocks right, best by a time service (NTP)`;
}

function durationInWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 60 / 24)} days`;
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
