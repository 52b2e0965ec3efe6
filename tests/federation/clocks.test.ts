import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployDocument, oneDatabase, type DeployPayload } from './documents.js';
import { Federation } from './federation.js';
import type { GraphAnswer } from './graph-client.js';

const hour = 3_600_000;
const brokers = '{ rows: brokers { id site { id } } }';
const clocks = /^site "east" does not take this Hub's credential: its clock is 2 h ahead of the Hub's; set both clocks right/;
const refused = { message: expect.stringMatching(clocks) as string, extensions: { code: 'SITE_UNAVAILABLE', site: 'east' } };
const missing = expect.arrayContaining([
  expect.objectContaining({ id: 'east', outcome: 'FAILED', code: 'SITE_UNAVAILABLE' }),
  expect.objectContaining({ id: 'west', outcome: 'ANSWERED' }),
]) as never;

let federation: Federation;

beforeAll(async () => {
  federation = await Federation.start('east', 'west');
}, 300_000);
afterAll(() => federation[Symbol.asyncDispose]());

async function sitesOf(answer: GraphAnswer<{ rows: readonly { readonly site: { readonly id: string } }[] }>): Promise<string[]> {
  return [...new Set(answer.data?.rows.map(({ site }) => site.id))];
}

describe('a Site whose clock is two hours ahead', () => {
  beforeAll(async () => {
    const noticed = federation.connectionChanged('east', 'DISCONNECTED');
    federation.setClock('east', 2 * hour);
    await noticed;
  });

  it('costs a query its own rows, and the answer says what is wrong and what to do', async () => {
    const answer = await federation.hub.ask<{ rows: { site: { id: string } }[] }>(brokers);
    expect(await sitesOf(answer)).toEqual(['west']);
    expect(answer.errors).toEqual([{ ...refused, path: ['rows'] }]);
    expect(answer.extensions?.sites).toEqual(missing);
  });

  it('is not taken for one that is away, however often it is asked', async () => {
    for (let times = 0; times < 8; times++) {
      const { errors } = await federation.hub.ask(brokers);
      expect(errors).toEqual([{ ...refused, path: ['rows'] }]);
    }
  });

  it('refuses a mutation in the same words, over HTTP and server-sent events', async () => {
    const input = { siteId: 'east', name: 'guestbook', manifest: oneDatabase };
    for (const answer of [await federation.hub.ask(deployDocument, { input }), await federation.hub.firstStreamed(deployDocument, { input })]) {
      expect(answer.errors).toMatchObject([refused]);
    }
  });

  it('is missing from a subscription, which goes on with the others', async () => {
    const answers = federation.hub.answers<{ events: { kind: string } }>('subscription { events { kind subjectId } }');
    const first = answers.next();
    const streamed = federation.hub.firstStreamed('subscription { healthChanged { site { id } snapshot } }');
    await federation.hub.run<DeployPayload>(deployDocument, { siteId: 'west', name: 'guestbook', manifest: oneDatabase });
    for (const { extensions } of [(await first).value as GraphAnswer<unknown>, await streamed]) {
      expect(extensions?.sites).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'east', outcome: 'FAILED', code: 'SITE_UNAVAILABLE' })]));
    }
    await answers.return?.();
  });

  it('has its clock as the reason in `sites`', async () => {
    const { sites } = await federation.hub.get<{ sites: unknown }>('{ sites { id connection { state reason } } }');
    expect(sites).toEqual([
      { id: 'east', connection: { state: 'DISCONNECTED', reason: expect.stringContaining('its clock is 2 h ahead of the Hub\'s') as string } },
      { id: 'west', connection: { state: 'CONNECTED', reason: null } },
    ]);
  });
});

describe('a Site whose clock is set right, or far back', () => {
  it.each([0, -2 * hour])('answers again: %i ms', async (aheadMs) => {
    federation.setClock('east', aheadMs);
    await federation.connectionChanged('east', 'CONNECTED');
    const answer = await federation.hub.ask<{ rows: { site: { id: string } }[] }>(brokers);
    expect(answer.errors).toBeUndefined();
    expect(await sitesOf(answer)).toEqual(['east', 'west']);
  });
});
