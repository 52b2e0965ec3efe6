// A base backup of the server whose address is in $URL, to standard output: `pg_basebackup` where there is none of the server's version.
import { writeSync } from 'node:fs';
import { takeBaseBackup } from './raw-base-backup.js';

await takeBaseBackup(process.env['URL']!, async (batch) => {
  for (const piece of batch) {
    // A pipe may take less than it is given; a write that waits until it is read is what is wanted here.
    for (let at = 0; at < piece.length; ) at += writeSync(1, piece, at);
  }
});
