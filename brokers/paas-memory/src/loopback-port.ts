import { once } from 'node:events';
import { createServer } from 'node:net';
import { BrokerError } from '@ocopea/broker-contract';

/** Answers the port if nobody listens on it, or a free one for 0. @throws PORT_IN_USE */
export async function loopbackPort(port: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } catch (cause) {
    throw new BrokerError('PORT_IN_USE', `port ${port} is in use by somebody else; choose another, or none`, { cause });
  } finally {
    server.close();
  }
}
