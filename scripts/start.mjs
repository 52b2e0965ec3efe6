// `npm start`: installs and builds what is missing, then becomes `ocopea up`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './run.mjs';

ensureInstalled();
ensureBuilt();
process.env.OCOPEA_HOME ??= join(root, '.ocopea');
endWithParent();
// In this very process, so that a signal to it reaches the supervisor without a relay.
const { main } = await import(pathToFileURL(join(root, 'cli', 'dist', 'main.js')).href);
await main(['up', ...process.argv.slice(2)]);

/** npm passes a signal on to the shell between us, which dies of it alone: without this we would be left behind. */
function endWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}
