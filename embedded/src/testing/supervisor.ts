import { SupervisedProcess, type SupervisedProcessOptions } from '../supervised-process.js';

/** Starts the process that it is told, says so, and lives until it is killed. */
const supervised = new SupervisedProcess(JSON.parse(process.argv[2]!) as SupervisedProcessOptions);
await supervised.start();
process.send!(supervised.state);
setInterval(() => undefined, 60_000);
