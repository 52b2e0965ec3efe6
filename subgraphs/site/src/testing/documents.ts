/** The manifest of the pairs application. */
export const pairsManifest = {
  dataServices: [{ name: 'db', protocol: 'memory' }],
  appServices: [
    {
      name: 'web',
      artifact: { type: 'memory', name: 'pairs', version: '1.0.0' },
      environment: [{ name: 'DB_URI', value: '${db.uri}' }],
      ports: [{ name: 'http' }],
      healthCheck: { port: 'http', path: '/healthz', intervalMs: 50 },
      entryPoint: true,
    },
  ],
};

export const deployDocument = `mutation ($input: DeployAppInput!) {
  deployApp(input: $input) { operation { id } appInstance { id name phase } }
}`;

export const createCopyDocument = `mutation ($input: CreateCopyInput!) {
  createCopy(input: $input) { operation { id } copy { id phase } }
}`;

export const restoreCopyDocument = `mutation ($input: RestoreCopyInput!) {
  restoreCopy(input: $input) { operation { id } appInstance { id } }
}`;

export const deleteAppDocument = `mutation ($input: DeleteAppInput!) {
  deleteApp(input: $input) { operation { id } appInstanceId }
}`;

export const deleteCopyDocument = `mutation ($input: DeleteCopyInput!) {
  deleteCopy(input: $input) { operation { id } copyId }
}`;

export const copyDocument = `query ($id: ID!) { copy(id: $id) {
  id phase outcome usable consistency takenAt verifiedAt bytes storedBytes appInstance { name }
  parts { dataService format logicalBytes hash repository { name } } lineage { originCopyId sentToCopyIds restoredAppInstanceIds } error { code message }
} }`;

export const appDocument = `query ($id: ID!) { appInstance(id: $id) {
  id name phase reason health entryPointUrl restoredFromCopyId
  dataServices { name phase health broker { name } } appServices { name phase entryPointUrl }
  copies { totalCount edges { node { id } } }
} }`;
