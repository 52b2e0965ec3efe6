import { DirectoryLock } from '../directory-lock.js';

/** Takes the lock of the folder that it is told and says what came of it. */
const directory = JSON.parse(process.argv[2]!) as string;
await DirectoryLock.take(directory).then(
  () => process.send!('held'),
  (error: Error) => process.send!(error.message),
);
// Lives on with its lock until it is killed.
setInterval(() => undefined, 60_000);
