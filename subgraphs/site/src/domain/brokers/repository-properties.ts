import type { SecretBox } from '@ocopea/security';

/** Properties of a repository, some of them secrets, as they are kept. The box opens for this repository alone. */
export function sealProperties(secretBox: SecretBox, repositoryId: string, properties: Readonly<Record<string, string>>): string {
  return secretBox.seal(JSON.stringify(properties), context(repositoryId));
}

export function openProperties(secretBox: SecretBox, repositoryId: string, sealed: string): Record<string, string> {
  return JSON.parse(secretBox.open(sealed, context(repositoryId))) as Record<string, string>;
}

function context(repositoryId: string): string {
  return `repository:${repositoryId}:properties`;
}
