// Freezes and thaws the vault. Slow where the folder has a file "slow": then it waits until that is gone.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const at = (name) => join(process.env.FILES, name);
const [, , verb] = process.argv;
if (verb === 'freeze') await writeFile(at('frozen'), String(process.pid));
// oxlint-disable-next-line no-unmodified-loop-condition -- it is the file that changes
while (verb === 'freeze' && existsSync(at('slow'))) await delay(20);
if (verb === 'thaw') await rm(at('frozen'), { force: true });
console.log(`${verb} is done`);
