/** A receiver in a process of its own: takes the folder and the port, and prints the mount once it listens. */
import { createFilesystemCopyRepositoryBroker } from '@ocopea/copy-repository-filesystem';
import { TestReceiver } from './test-receiver.js';

const broker = createFilesystemCopyRepositoryBroker({ directory: process.argv[2]!, chunkBytes: 65_536 });
await broker.createRepository({ repositoryId: 'r', properties: {} });
const receiver = await TestReceiver.start(broker, { port: Number(process.argv[3]) });
console.log(receiver.mount);
