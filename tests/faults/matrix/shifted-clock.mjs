// Preloaded into the processes of a fabric: moves the clock that a process goes by, as somebody who sets it would. The offset
// in milliseconds is read anew at SIGUSR2.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env['OCOPEA_FAULTS_CLOCK'];
const name = process.env['OCOPEA_SITE_ID'] ?? (process.env['OCOPEA_HOME']?.endsWith('/hub') ? 'hub' : undefined);
if (folder !== undefined && name !== undefined) {
  const RealDate = Date;
  let offsetMs = 0;
  const read = () => {
    try {
      offsetMs = Number(readFileSync(join(folder, name), 'utf8'));
    } catch {
      offsetMs = 0;
    }
  };
  read();
  process.on('SIGUSR2', read);
  globalThis.Date = class Date extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() + offsetMs);
      else super(...given);
    }

    static now() {
      return RealDate.now() + offsetMs;
    }
  };
}
