import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProbeMode, probeCommands } from '../../fixtures/probe-app/probe.mjs';
import type { ProbeArtifacts } from './paas-harness.js';

export { type ProbeMode, type ProbeOptions, probeCommands, startProbe } from '../../fixtures/probe-app/probe.mjs';

/** One artifact of the probe application, for brokers that are told what there is. */
export interface ProbeArtifact {
  readonly name: string;
  readonly version: string;
  readonly mode: ProbeMode;
}

/** All that {@link probeArtifacts} refers to. */
export const probeArtifactList: readonly ProbeArtifact[] = [
  { name: 'probe', version: '1.0.0', mode: 'probe' },
  { name: 'other-probe', version: '2.0.0', mode: 'probe' },
  { name: 'never-healthy', version: '1.0.0', mode: 'never-healthy' },
  { name: 'crashing', version: '1.0.0', mode: 'crashing' },
];

/** The probe artifacts as artifacts of this type. */
export function probeArtifacts(type: string): ProbeArtifacts {
  const artifact = (mode: string) => {
    const { name, version } = probeArtifactList.find((one) => one.name === mode) ?? { name: mode, version: '1.0.0' };
    return { type, name, version };
  };
  return { probe: artifact('probe'), otherProbe: artifact('other-probe'), neverHealthy: artifact('never-healthy'), crashing: artifact('crashing') };
}

/** Writes the probe artifacts below a folder, each as `<name>/artifact.json` with what its command needs. */
export async function writeProbeArtifacts(root: string): Promise<void> {
  const commands = Object.fromEntries(Object.keys(probeCommands).map((command) => [command, ['node', 'command.mjs', command]]));
  for (const { name, version, mode } of probeArtifactList) {
    await mkdir(join(root, name), { recursive: true });
    for (const file of ['main.mjs', 'command.mjs', 'probe.mjs']) {
      await copyFile(fileURLToPath(new URL(`../../fixtures/probe-app/${file}`, import.meta.url)), join(root, name, file));
    }
    await writeFile(join(root, name, 'artifact.json'), JSON.stringify({ name, version, command: ['node', 'main.mjs', mode], commands }));
  }
}
