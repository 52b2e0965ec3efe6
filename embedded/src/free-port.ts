import { createServer } from 'node:net';
import { EmbeddedError, EmbeddedErrorCode, isSystemError } from './embedded-error.js';

const loopback = '127.0.0.1';
/** Ports handed out lately, so that two callers in one process never get the same one before either listens on it. */
const handedOut = new Set<number>();
const rememberedPorts = 256;

/**
 * A port on which nobody listens at loopback now. Another process may take it before you do: whoever uses it must be
 * ready to ask again.
 *
 * @throws PORT_IN_USE when the system has none left
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < rememberedPorts + 1; attempt++) {
    const port = await probe(0);
    if (port === undefined) break;
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (handedOut.size > rememberedPorts) handedOut.delete([...handedOut][0]!);
    return port;
  }
  throw new EmbeddedError(EmbeddedErrorCode.PortInUse, `no free port on ${loopback}: end programs that hold many connections, then try again`);
}

/** Whether a server could listen on this port at loopback now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await probe(port)) !== undefined;
}

function probe(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (isSystemError(error, 'EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES')) resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
