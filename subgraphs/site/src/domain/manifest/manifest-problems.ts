import type { AppManifest, AppServiceManifest, NamedValue } from './app-manifest.js';
import { parseTemplate } from './environment-template.js';
import { hookProblems } from './hook-problems.js';

/**
 * Everything that is wrong with a manifest in itself, one sentence each, in the order of the manifest; empty when it is
 * sound. What a Site's brokers offer is checked by `planPlacement`.
 */
export function manifestProblems(manifest: AppManifest): readonly string[] {
  const dataServices = new Set(manifest.dataServices.map(({ name }) => name));
  return [
    ...sizeProblems(manifest),
    ...manifest.dataServices.flatMap(({ name, settings }) => [
      ...nameProblems('data service', name),
      ...duplicates(settings.map((setting) => setting.name)).map((twice) => `data service "${name}" has the setting "${twice}" twice`),
    ]),
    ...manifest.appServices.flatMap((service) => appServiceProblems(service, dataServices)),
    ...duplicates([...manifest.dataServices, ...manifest.appServices].map(({ name }) => name)).map(
      (name) => `the name "${name}" is given to two services; each needs its own`,
    ),
    ...entryPointProblems(manifest.appServices),
    ...hookProblems(manifest),
  ];
}

/** Beyond these a manifest is a mistake; they bound what one request makes a Site hold and do. */
const limits = { services: 50, listEntries: 200, valueLength: 32_768 };

const serviceName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

function sizeProblems({ dataServices, appServices }: AppManifest): string[] {
  const count = dataServices.length + appServices.length;
  if (count === 0) return ['it has no services'];
  return count > limits.services ? [`it has ${count} services, at most ${limits.services} are taken`] : [];
}

function appServiceProblems(service: AppServiceManifest, dataServices: ReadonlySet<string>): string[] {
  const { name, artifact, environment, ports, healthCheck, replicas } = service;
  const of = `app service "${name}"`;
  const problems = nameProblems('app service', name);
  for (const [field, value] of Object.entries({ type: artifact.type, name: artifact.name, version: artifact.version })) {
    if (value.trim() === '') problems.push(`${of} has an artifact without ${field}`);
  }
  if (environment.length > limits.listEntries) problems.push(`${of} has more than ${limits.listEntries} environment variables`);
  for (const variable of environment) problems.push(...variableProblems(of, variable, dataServices));
  for (const twice of duplicates(environment.map((variable) => variable.name))) {
    problems.push(`${of} has the environment variable "${twice}" twice`);
  }
  for (const port of ports) {
    if (!serviceName.test(port.name)) problems.push(`${of} has a port named "${port.name}": lower-case letters, digits and dashes are taken`);
    if (port.port !== undefined && (port.port < 1 || port.port > 65_535)) problems.push(`${of} has port ${port.port}: 1 to 65535 are taken`);
  }
  for (const twice of duplicates(ports.map((port) => port.name))) problems.push(`${of} has the port "${twice}" twice`);
  if (healthCheck !== undefined) {
    const checked = ports.find((port) => port.name === healthCheck.port);
    if (checked?.protocol !== 'HTTP') problems.push(`${of} has a health check on port "${healthCheck.port}", which is not one of its HTTP ports`);
    if (!healthCheck.path.startsWith('/')) problems.push(`${of} has a health check path that does not start with "/"`);
  }
  if (replicas < 1 || replicas > 1_000) problems.push(`${of} asks for ${replicas} replicas: 1 to 1000 are taken`);
  return problems;
}

function variableProblems(of: string, { name, value }: NamedValue, dataServices: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (!variableName.test(name)) problems.push(`${of} has an environment variable named "${name}": letters, digits and _ are taken`);
  if (value.length > limits.valueLength) problems.push(`${of} has an environment variable "${name}" longer than ${limits.valueLength} characters`);
  const template = parseTemplate(value);
  if (!template.valid) return [...problems, `${of}: environment variable "${name}" ${template.problem}`];
  for (const part of template.parts) {
    if (part.kind === 'reference' && !dataServices.has(part.dataService)) {
      problems.push(`${of}: environment variable "${name}" refers to "\${${part.dataService}.${part.key}}", but no data service is named "${part.dataService}"`);
    }
  }
  return problems;
}

function nameProblems(noun: string, name: string): string[] {
  return serviceName.test(name) ? [] : [`${noun} name "${name}" is not a lower-case DNS label (letters, digits, dashes, a letter first)`];
}

function entryPointProblems(services: readonly AppServiceManifest[]): string[] {
  const entryPoints = services.filter(({ entryPoint }) => entryPoint);
  const problems: string[] = [];
  if (entryPoints.length > 1) problems.push(`${entryPoints.map(({ name }) => `"${name}"`).join(' and ')} are all entry points; at most one may be`);
  for (const { name, ports } of entryPoints) {
    if (!ports.some(({ protocol }) => protocol === 'HTTP')) problems.push(`app service "${name}" is the entry point and has no HTTP port`);
  }
  return problems;
}

function duplicates(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) (seen.has(name) ? twice : seen).add(name);
  return [...twice];
}
