import { BrokerError, portVariable, type ServicePort } from '@ocopea/broker-contract';
import { freePort, isPortFree } from '@ocopea/embedded';

/** How often a free port is picked anew because an app service that is stopped has it. */
const ATTEMPTS = 50;

/** Numbers by port name. */
export type AssignedPorts = Readonly<Record<string, number>>;

/**
 * Gives each port its number: the fixed one, or the one it had before if that is free, or a free one that no other app
 * service counts on.
 * @throws PORT_IN_USE naming the port; CAPACITY_EXCEEDED no free port
 */
export async function assignPorts(ports: readonly ServicePort[], before: AssignedPorts, isTaken: (port: number) => boolean): Promise<AssignedPorts> {
  const assigned: Record<string, number> = {};
  for (const { name, port } of ports) {
    if (port !== undefined && !(await isPortFree(port))) {
      throw new BrokerError('PORT_IN_USE', `port ${port}, asked for as "${name}", is in use by somebody else; choose another, or none`);
    }
    assigned[name] = port ?? (await keepOrPick(before[name], (one) => isTaken(one) || Object.values(assigned).includes(one)));
  }
  return assigned;
}

/** The variables that tell an app service its ports: `PORT` for the first, `PORT_<NAME>` for each. */
export function portEnvironment(ports: readonly ServicePort[], assigned: AssignedPorts): Record<string, string> {
  const byName = Object.fromEntries(ports.map((port) => [portVariable(port), String(assigned[port.name])]));
  const first = ports[0];
  return first === undefined ? byName : { ...byName, PORT: String(assigned[first.name]) };
}

async function keepOrPick(before: number | undefined, isTaken: (port: number) => boolean): Promise<number> {
  if (before !== undefined && !isTaken(before) && (await isPortFree(before))) return before;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await freePort();
    if (!isTaken(port)) return port;
  }
  throw new BrokerError('CAPACITY_EXCEEDED', 'no port is free for the app service; delete app services that are not needed');
}
