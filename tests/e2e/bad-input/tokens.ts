import { join } from 'node:path';
import { issueGrant, issueHubToken, SigningKey } from '@ocopea/security';
import type { Door, Scene } from './scene.js';

/** A credential at a door of the graph, and what it must be told. */
export interface TokenCase {
  readonly what: string;
  readonly at: readonly Door[];
  readonly token: (scene: Scene) => string | Promise<string>;
  readonly code: string;
}

const caller = { kind: 'administrator', name: 'admin' } as const;

async function hubToken(scene: Scene, changes: { siteId?: string; ttlSeconds?: number; key?: SigningKey } = {}): Promise<string> {
  const key = await SigningKey.loadOrCreate(join(scene.fabric.home, 'hub/signing.key'));
  return issueHubToken({ key, hubId: 'hub', siteId: 'eu-central', caller, ...changes });
}

/** A Grant that the Site itself would take at its transfer door. */
async function grant(scene: Scene): Promise<string> {
  const terms = { grantId: 'g', issuer: 'eu-central', direction: 'write', repositoryId: 'r', partId: 'p', maxBytes: 1, format: 'f' } as const;
  return issueGrant(await SigningKey.loadOrCreate(join(scene.homeOf('eu-central'), 'signing.key')), terms, 60);
}

export const tokenCases: readonly TokenCase[] = [
  { what: 'garbage', at: ['hub', 'eu-central'], token: () => 'garbage', code: 'UNAUTHENTICATED' },
  { what: 'almost the right one', at: ['hub', 'eu-central'], token: ({ token }) => token.slice(0, -1), code: 'UNAUTHENTICATED' },
  { what: 'a Grant', at: ['hub', 'eu-central'], token: grant, code: 'TOKEN_WRONG_PURPOSE' },
  { what: "the Hub's for this Site, sent to the Hub", at: ['hub'], token: (scene) => hubToken(scene), code: 'TOKEN_WRONG_PURPOSE' },
  { what: "the Hub's for another Site", at: ['eu-central'], token: (scene) => hubToken(scene, { siteId: 'us-west' }), code: 'UNAUTHENTICATED' },
  { what: "the Hub's, expired", at: ['eu-central'], token: (scene) => hubToken(scene, { ttlSeconds: -120 }), code: 'TOKEN_EXPIRED' },
  { what: "the Hub's, signed by somebody else", at: ['eu-central'], token: (scene) => hubToken(scene, { key: SigningKey.generate() }), code: 'UNAUTHENTICATED' },
];

/** Proof that the cases above fail for what is wrong with them: the same token, in time and at the right door, is taken. */
export const goodHubToken = (scene: Scene): Promise<string> => hubToken(scene);
