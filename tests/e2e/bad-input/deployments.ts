import { alone, db, web } from './manifests.js';

/** A manifest that only a broker can find out about, and how its deployment must end. */
export interface DeploymentCase {
  readonly what: string;
  /** @param takenPort - one that somebody listens on */
  readonly manifest: (takenPort: number) => object;
  readonly code: string;
  readonly message: RegExp;
}

const artifact = (changes: object) => () => ({ appServices: [{ ...alone, artifact: { ...alone.artifact, ...changes } }] });

export const deploymentCases: readonly DeploymentCase[] = [
  { what: 'a port in use', manifest: (port) => ({ appServices: [{ ...alone, ports: [{ name: 'http', port }] }] }), code: 'PORT_IN_USE', message: /port \d+, asked for as "http", is in use by somebody else; choose another, or none/ },
  { what: 'an unknown artifact', manifest: artifact({ name: 'nothing' }), code: 'NOT_FOUND', message: /no artifact "nothing" of version "0\.1\.0"; put its folder into an artifact root/ },
  { what: 'another version of an artifact', manifest: artifact({ version: '9' }), code: 'NOT_FOUND', message: /no artifact "guestbook" of version "9"; there is 0\.1\.0/ },
  { what: 'an artifact outside of its root', manifest: artifact({ name: '../../../etc' }), code: 'INVALID_REQUEST', message: /artifact name "\.\.\/\.\.\/\.\.\/etc" is not of \[a-z0-9-\]/ },
  { what: 'a setting that the plan lacks', manifest: () => ({ dataServices: [{ ...db, settings: [{ name: 'colour', value: 'red' }] }], appServices: [web] }), code: 'INVALID_REQUEST', message: /plan "dedicated" has no such setting/ },
];
