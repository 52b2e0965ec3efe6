import type { Command } from 'commander';
import { OcopeaClient, OcopeaRequestError } from '@ocopea/sdk';
import { CliError } from '../cli-error.js';
import { readClientConfig, whereTokensAre, type ClientFlags } from '../config/client-config.js';
import { formatTable, printable, type Column } from '../output/table.js';

export type OutputFormat = 'table' | 'json';

interface GlobalFlags extends ClientFlags {
  readonly output: OutputFormat;
}

/** What a verb works with: a client, and a way to answer. */
export interface CommandContext {
  readonly client: OcopeaClient;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Answers with rows: a table, or a JSON array with `-o json`. */
  rows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void;
  /** Answers with one thing: `NAME  VALUE` lines, or a JSON object with `-o json`. */
  one<Thing extends object>(thing: Thing, fields: readonly (readonly [string, string | number | null | undefined])[]): void;
  /** Answers with a line of many that come by and by: the text, or a JSON object a line with `-o json`. */
  line<Thing extends object>(thing: Thing, text: string): void;
  /** A word to people, on standard error so that the answer stays clean. */
  note(text: string): void;
}

/** Runs a verb with a client that is closed at its end. */
export async function withContext(command: Command, verb: (context: CommandContext) => Promise<void>): Promise<void> {
  const flags = command.optsWithGlobals<GlobalFlags>();
  const config = await readClientConfig(flags, process.env);
  const client = new OcopeaClient(config);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  try {
    await verb({
      client,
      signal: interrupted.signal,
      rows: (columns, rows) => write(flags.output === 'json' ? JSON.stringify(rows, undefined, 2) : formatTable(columns, rows)),
      one: (thing, fields) => write(flags.output === 'json' ? JSON.stringify(thing, undefined, 2) : formatFields(fields)),
      line: (thing, text) => write(flags.output === 'json' ? JSON.stringify(thing) : printable(text)),
      note: (text) => process.stderr.write(`${text}\n`),
    });
  } catch (error) {
    // The server's advice is about HTTP headers.
    if (!(error instanceof OcopeaRequestError) || error.code !== 'UNAUTHENTICATED') throw error;
    throw new CliError(`${config.url} does not take the token in ${config.tokenSource}; ${whereTokensAre}`);
  } finally {
    process.removeListener('SIGINT', interrupt);
    await client.close();
  }
}

function formatFields(fields: readonly (readonly [string, string | number | null | undefined])[]): string {
  return formatTable(
    [
      { title: 'field', cell: ([name]) => name },
      { title: 'value', cell: ([, value]) => value },
    ],
    fields,
  );
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
