import { AppInstancesDocument, CopiesDocument, DeployAppDocument, OperationDocument, OperationProgressDocument, type DeployAppInput, type OcopeaClient } from '@ocopea/sdk';
import { CliError } from '../../cli-error.js';
import { fabricSites } from './fabric-layout.js';

export const sampleName = 'guestbook';

const manifest: DeployAppInput['manifest'] = {
  dataServices: [{ name: 'db', protocol: 'postgresql', plan: 'dedicated' }],
  appServices: [
    {
      name: 'web',
      artifact: { type: 'directory', name: 'guestbook', version: '0.1.0' },
      environment: [{ name: 'DATABASE_URL', value: '${db.uri}' }],
      ports: [{ name: 'http', protocol: 'HTTP' }],
      healthCheck: { port: 'http', path: '/healthz' },
      entryPoint: true,
    },
  ],
};

/** Deploys the guestbook at the first Site of a fabric that holds no application and no copy yet. @throws CliError */
export async function deploySampleApplication(client: OcopeaClient): Promise<void> {
  const [{ appInstances }, { copies }] = await Promise.all([client.request(AppInstancesDocument, { first: 1 }), client.request(CopiesDocument, { first: 1 })]);
  if ((appInstances?.totalCount ?? 0) > 0 || (copies?.totalCount ?? 0) > 0) return;
  const { deployApp } = await client.request(DeployAppDocument, { input: { siteId: fabricSites[0].id, name: sampleName, manifest, idempotencyKey: 'sample-application' } });
  const operationId = deployApp.operation.id;
  const deadline = AbortSignal.timeout(60_000);
  for await (const { operationProgress } of client.subscribe(OperationProgressDocument, { operationId }, { signal: deadline })) {
    if (operationProgress.phase === 'DONE') break;
  }
  const { operation } = await client.request(OperationDocument, { id: operationId });
  if (operation?.outcome !== 'SUCCEEDED') {
    throw new CliError(`the sample application did not come up: ${operation?.error?.message ?? `operation ${operationId} is ${operation?.phase ?? 'gone'}`}`);
  }
}
