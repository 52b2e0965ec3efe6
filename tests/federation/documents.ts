/** An application that is nothing but a database: it copies within milliseconds. */
export const oneDatabase = { dataServices: [{ name: 'db', protocol: 'memory' }], appServices: [] };

export const deployDocument = `mutation($input: DeployAppInput!) {
  deployApp(input: $input) { operation { id } appInstance { id } }
}`;

export interface DeployPayload {
  readonly operation: { readonly id: string };
  readonly appInstance: { readonly id: string };
}

export const createCopyDocument = `mutation($input: CreateCopyInput!) {
  createCopy(input: $input) { operation { id } copy { id } }
}`;

export interface CreateCopyPayload {
  readonly operation: { readonly id: string };
  readonly copy: { readonly id: string };
}
