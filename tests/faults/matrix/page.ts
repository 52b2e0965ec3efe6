/** What stands above the tables in `docs/reference/fault-matrix.md`. */
export const heading = `# The fault matrix

Written by \`npm run faults\`; not to be edited. Each cell is a run of its own on real processes: a Hub, two Sites and their PostgreSQL servers, an application with a database, and a copy of it. The fault
befalls the work at that moment, and then everything is looked at: processes, files, packs of chunks, roles, rows of the catalogue, operations. Where the work succeeded, a copy is restored and all rows are compared, a sent
one has the hash of its origin and is read in full, and a restored instance has all rows.

| a cell says | which means |
| --- | --- |
| finished | the work ended well by itself, with the right data |
| failed: CODE | it ended with this code, and nothing was left behind but the record of it |
| failed: CODE, said what it kept | it ended with this code and could not take back all it made; its warnings say so, and what they name can be removed, or goes by itself in time |
| refused: CODE | it was refused before it began |
| – | what would be hit does not exist at that moment |
| ? | it has not been run yet |
| skipped | this machine cannot make the fault: small filesystems need the superuser |
| STUCK, WRONG DATA, LEFT BEHIND | what must not be; so is \`failed: INTERNAL\`, which says of itself that it is a defect. The command fails |

The steps are those that the operations record when nothing happens: a new step is a new row. *Before* a step: it is about to be written down as begun. *During* one: its first bytes are told. *After* one: its
work is done, and that is not written down yet. \`$begin\`, \`$succeed\`, \`$settle\` and \`$done\` are what the engine does around the steps. The process is held at the moment by its database and killed there with SIGKILL.
All processes are started again by \`ocopea up\`. The brokers live in their Sites.

\`\`\`sh
npm run faults                                  # all of it, an hour; goes on where the last run stopped
npm run faults -- --list                        # names of the cells
npm run faults -- --only restore --only Hub     # those with both words in their names
npm run faults -- --again --only 'disk of'      # also those that were well the last time
\`\`\`

What it does not show: a link that stays cut for good, where a transfer ends only when all its rounds have run into their deadlines, so the matrix cancels it instead; disks that become full at a random byte, since the room is chosen; the disk of a data service that becomes full; two faults at once.
`;
