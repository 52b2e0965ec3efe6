import type { EdgeOptions, Logger } from '@ocopea/edge';
import { badInput, isSiteId } from '@ocopea/graph';
import type { Secret } from '@ocopea/security';
import type { SiteBrokers } from '../domain/brokers/join-brokers.js';
import { defaultSiteLimits, type SiteLimits } from './site-limits.js';

/** Everything a Site is started with. The process that composes it reads the environment; the Site does not. */
export interface SiteOptions {
  /** A DNS label, not `hub`. The first part of every id; never changes. */
  readonly siteId: string;
  /** For people. */
  readonly name: string;
  readonly location: { readonly label: string; readonly latitude?: number; readonly longitude?: number };
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where other Sites and the Hub reach this one. @default the address it listens on */
  readonly publicUrl?: string;
  /** A PostgreSQL database of its own; migrations are applied at start. */
  readonly databaseUrl: string;
  /** Folder for the Site's keys and its join token, all of mode 0600. */
  readonly home: string;
  readonly adminToken: Secret;
  /** Ready to be called; the Site does not close them. */
  readonly brokers: SiteBrokers;
  readonly log: Logger;
  /** Version of Ocopea, semver. */
  readonly version: string;
  /** Tells replicas of one Site apart; the same over restarts. @default the site id */
  readonly executorId?: string;
  readonly limits?: Partial<SiteLimits>;
  /** Limits, documents and the like of its doors. @default those of the edge */
  readonly doors?: Pick<EdgeOptions<never>, 'limits' | 'introspection' | 'documents' | 'safelistOnly' | 'origins'>;
}

/** @throws BAD_INPUT naming the option */
export function resolveLimits({ siteId, limits }: SiteOptions): SiteLimits {
  if (!isSiteId(siteId)) throw badInput('siteId', `"${siteId}" is not a lower-case DNS label, or is "hub"`);
  const resolved = { ...defaultSiteLimits, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    if (!Number.isFinite(value) || value <= 0) throw badInput(`limits.${name}`, `${value} is not a positive number`);
  }
  return resolved;
}
