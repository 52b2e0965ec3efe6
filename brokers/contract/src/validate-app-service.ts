import { BrokerError } from './broker-error.js';
import type { AppServiceKey, AppServiceSpec, PaasBrokerInfo, ServicePort } from './paas-broker.js';

/**
 * Refuses what no PaaS broker takes, and what this one does not declare. Whether the space and the artifact exist is for the
 * broker to find out.
 * @throws INVALID_REQUEST naming the field; NOT_SUPPORTED naming the artifact type or the capability
 */
export function validateAppService({ appServiceId }: AppServiceKey, spec: AppServiceSpec, info: PaasBrokerInfo): void {
  const of = `of app service "${appServiceId}"`;
  if (!/^[a-z0-9-]+$/.test(appServiceId) || appServiceId.length > info.appServiceIdMaxLength) {
    throw invalid(`appServiceId ${JSON.stringify(appServiceId)} is not 1 to ${info.appServiceIdMaxLength} of [a-z0-9-]; choose another`);
  }
  for (const name of Object.keys(spec.environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw invalid(`environment variable ${JSON.stringify(name)} ${of} is not a name; use letters, digits and _`);
    if (spec.environment[name]?.includes('\0')) throw invalid(`environment variable "${name}" ${of} holds a zero byte; no process can be given that`);
  }
  validatePorts(spec.ports, of);
  validateHealthCheck(spec, of);
  const { replicas = 1, resources, artifact } = spec;
  if (!Number.isInteger(replicas) || replicas < 1) throw invalid(`replicas ${of} is ${replicas}; give a whole number from 1`);
  const { artifactTypes, capabilities, product } = info;
  if (!artifactTypes.includes(artifact.type)) throw unsupported(`artifact type "${artifact.type}" ${of}`, `it takes ${artifactTypes.join(', ')}`);
  if (replicas > 1 && capabilities.replicas !== true) throw unsupported(`${replicas} replicas ${of} (capability replicas)`, 'ask for one');
  if (resources !== undefined && capabilities.resources !== true) throw unsupported(`limits of resources ${of} (capability resources)`, 'leave them out');
  if (artifact.registryCredentials !== undefined && capabilities.registryCredentials !== true) {
    throw unsupported(`registry credentials ${of} (capability registryCredentials)`, 'leave them out');
  }

  function unsupported(what: string, remedy: string): BrokerError {
    return new BrokerError('NOT_SUPPORTED', `the ${product} broker does not support ${what}; ${remedy}`);
  }
}

/** The name of the variable that carries a port's number: `PORT_WEB` for `web`, `PORT_ADMIN_API` for `admin-api`. */
export function portVariable({ name }: ServicePort): string {
  return `PORT_${name.toUpperCase().replaceAll('-', '_')}`;
}

function validatePorts(ports: readonly ServicePort[], of: string): void {
  const variables = new Set<string>();
  const numbers = new Set<number>();
  for (const { name, port, protocol } of ports) {
    if (!/^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$/.test(name)) {
      throw invalid(`port name ${JSON.stringify(name)} ${of} is not 1 to 15 of [a-z0-9-], starting with a letter`);
    }
    const variable = portVariable({ name, protocol });
    if (variables.has(variable)) throw invalid(`two ports ${of} are named "${name}"; name each differently`);
    variables.add(variable);
    if (port === undefined) continue;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`port "${name}" ${of} is ${port}; give a number from 1 to 65535, or none`);
    if (numbers.has(port)) throw invalid(`two ports ${of} have the number ${port}; give each its own, or none`);
    numbers.add(port);
  }
}

function validateHealthCheck({ healthCheck, ports }: AppServiceSpec, of: string): void {
  if (healthCheck === undefined) return;
  const { path, port, intervalMs = 1, timeoutMs = 1, startWithinMs = 1 } = healthCheck;
  if (!ports.some(({ name, protocol }) => name === port && protocol === 'http')) {
    throw invalid(`healthCheck.port ${of} is "${port}", which is none of its http ports`);
  }
  if (!/^\/[^\s#]*$/.test(path)) throw invalid(`healthCheck.path ${of} is ${JSON.stringify(path)}; it begins with / and has no spaces`);
  if (!(intervalMs > 0 && timeoutMs > 0 && startWithinMs > 0)) throw invalid(`a time in healthCheck ${of} is not above zero`);
}

function invalid(message: string): BrokerError {
  return new BrokerError('INVALID_REQUEST', message);
}
