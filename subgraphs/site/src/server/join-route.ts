import type { IncomingMessage } from 'node:http';
import type { EdgeRoute } from '@ocopea/edge';
import { badInput, isSiteId } from '@ocopea/graph';
import { JoinToken, type PublicJwk } from '@ocopea/security';
import { z } from 'zod';
import type { SiteContext } from '../domain/site-context.js';
import type { SiteDescription } from '../resolvers/request-context.js';
import { writeJoinRecord } from './audit.js';

const request = z.object({
  joinToken: z.string().min(1).max(200),
  hubId: z.string().min(1).max(63),
  hubPublicKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().length(43), kid: z.string().min(1).max(100) }),
});

const maxBodyBytes = 16 * 1024;
const bodyDeadlineMs = 5_000;

/**
 * `POST /join`: lets a Hub join with the one-time token in the Site's home. Both exchange their public keys; from then on the
 * Hub's tokens are accepted. A Hub that joined before may join again, with a new token and maybe a new key.
 *
 * Body `{joinToken, hubId, hubPublicKey}`, answer `{siteId, name, location, publicKey, version}`.
 */
export function joinRoute(site: SiteContext, description: SiteDescription, home: string): EdgeRoute {
  const joinToken = new JoinToken(home);
  return {
    method: 'POST',
    path: '/join',
    auth: 'own',
    async handle(incoming, response, { remoteAddress }) {
      const parsed = request.safeParse(await readJson(incoming));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw badInput(issue?.path.join('.') || 'body', issue?.message ?? 'it is not what joining takes');
      }
      const { hubId, hubPublicKey } = parsed.data;
      if (hubId !== 'hub' && !isSiteId(hubId)) throw badInput('hubId', 'a lower-case DNS label is expected');
      await joinToken.consume(parsed.data.joinToken);
      await trust(site, hubId, hubPublicKey);
      await writeJoinRecord(site.database, hubId, remoteAddress);
      site.log.info({ hubId }, `Hub "${hubId}" has joined this Site`);
      const { id: siteId, name, location, version } = description;
      const answer = JSON.stringify({ siteId, name, location, version, publicKey: site.signingKey.publicJwk });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer), 'cache-control': 'no-store' });
      response.end(answer);
    },
  };
}

/** The key of a Hub that has joined. */
export async function findHubKey(site: Pick<SiteContext, 'database'>, hubId: string): Promise<PublicJwk | undefined> {
  const hub = await site.database.trustedHub.findUnique({ where: { hubId } });
  return hub === null ? undefined : (hub.publicKey as unknown as PublicJwk);
}

async function trust({ database }: SiteContext, hubId: string, publicKey: PublicJwk): Promise<void> {
  const known = { publicKey: { ...publicKey }, joinedAt: new Date() };
  await database.trustedHub.upsert({ where: { hubId }, create: { hubId, ...known }, update: known });
}

/** @throws BAD_INPUT */
async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const timer = setTimeout(() => incoming.destroy(), bodyDeadlineMs);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBodyBytes) throw badInput('body', `at most ${maxBodyBytes} bytes are taken`);
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw error instanceof SyntaxError ? badInput('body', 'JSON is expected') : error;
  } finally {
    clearTimeout(timer);
  }
}
