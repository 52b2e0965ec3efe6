import { parse } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { CreateCopyDocument, DeleteAppDocument, DeleteCopyDocument, RestoreCopyAtDocument, VerifyCopyDocument, type OcopeaClient } from '@ocopea/sdk';

interface Started {
  readonly operation: { readonly id: string };
}

const sendCopyDocument = parse('mutation($input: SendCopyInput!) { sendCopy(input: $input) { operation { id } } }') as TypedDocumentNode<{ readonly sendCopy: Started }, { readonly input: { readonly copyId: string; readonly repositoryId: string } }>;
export const copyRepositoriesDocument = parse('{ copyRepositories { id } }') as TypedDocumentNode<{ readonly copyRepositories: readonly { readonly id: string }[] }, Record<string, never>>;

// Each starts an operation at the Hub and answers its id.

export async function createCopy(hub: OcopeaClient, appInstanceId: string): Promise<{ readonly copyId: string; readonly operationId: string }> {
  const { createCopy: begun } = await hub.request(CreateCopyDocument, { input: { appInstanceId } });
  return { copyId: begun.copy!.id, operationId: begun.operation.id };
}

export async function sendCopy(hub: OcopeaClient, copyId: string, siteId: string): Promise<string> {
  const { copyRepositories } = await hub.request(copyRepositoriesDocument, {});
  const repositoryId = copyRepositories.find(({ id }) => id.startsWith(`${siteId}.`))!.id;
  return (await hub.request(sendCopyDocument, { input: { copyId, repositoryId } })).sendCopy.operation.id;
}

export async function restoreCopyAt(hub: OcopeaClient, copyId: string, siteId: string, name: string): Promise<string> {
  return (await hub.request(RestoreCopyAtDocument, { input: { copyId, siteId, name } })).restoreCopyAt.operation.id;
}

export async function verifyCopy(hub: OcopeaClient, copyId: string): Promise<string> {
  return (await hub.request(VerifyCopyDocument, { input: { copyId } })).verifyCopy.operation.id;
}

export async function deleteCopy(hub: OcopeaClient, copyId: string): Promise<string> {
  return (await hub.request(DeleteCopyDocument, { input: { copyId, evenIfDependedOn: true } })).deleteCopy.operation.id;
}

export async function deleteApp(hub: OcopeaClient, appInstanceId: string): Promise<string> {
  return (await hub.request(DeleteAppDocument, { input: { appInstanceId } })).deleteApp.operation.id;
}
