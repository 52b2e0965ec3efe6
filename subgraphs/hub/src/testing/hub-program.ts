import { RecordingLog } from '@ocopea/operations/testing';
import { SecretBox, SigningKey } from '@ocopea/security';
import path from 'node:path';
import { createHubSubgraph } from '../server/create-hub-subgraph.js';

/** What a test tells the process: where its database is, and where it keeps its keys. */
export interface HubProgramInput {
  readonly databaseUrl: string;
  readonly home: string;
}

const { databaseUrl, home } = JSON.parse(process.argv[2] ?? '{}') as HubProgramInput;
const hub = await createHubSubgraph({
  databaseUrl,
  signingKey: await SigningKey.loadOrCreate(path.join(home, 'signing.key')),
  secretBox: await SecretBox.loadOrCreate(path.join(home, 'secrets.key')),
  log: new RecordingLog(),
  limits: { followEveryMs: 50, probeEveryMs: 100, probeAwayMs: 100 },
});
process.send?.({ type: 'ready' });
process.once('SIGTERM', () => void hub.close().then(() => process.exit(0)));
