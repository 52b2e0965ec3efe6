import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Consistency, CopyFilter, CopyOrderField, LabelSelectorInput } from '@ocopea/sdk';

/** What `ocopea copies list` narrows by. */
export interface CopyFilterFlags {
  readonly app?: string;
  readonly label?: readonly LabelSelectorInput[];
  readonly text?: string;
  readonly usable?: boolean;
  readonly verified?: boolean;
  readonly expired?: boolean;
  readonly consistency?: Consistency;
  readonly hooksFailed?: boolean;
  readonly takenFrom?: string;
  readonly takenBefore?: string;
  readonly largerThan?: number;
}

const orders = ['CREATED_AT', 'TAKEN_AT', 'VERIFIED_AT', 'EXPIRES_AT', 'BYTES', 'STORED_BYTES', 'APPLICATION'] as const satisfies readonly CopyOrderField[];

/** Flags of {@link CopyFilterFlags}, and `--order`. */
export function addCopyFilterOptions(command: Command): Command {
  return command
    .option('--app <app>', 'only of this application, by name or id')
    .addOption(new Option('--label <selector...>', 'KEY, KEY=VALUE[,VALUE…] or !KEY[=VALUE]; all must hold').argParser(addSelector))
    .option('--text <words>', 'words that begin words of the notes or the name of the application')
    .option('--usable', 'only usable ones')
    .option('--no-usable', 'only those that cannot be used')
    .option('--verified', 'only those that were read back whole')
    .option('--no-verified', 'only those that were not')
    .option('--expired', 'only those whose time is over')
    .option('--consistency <kind>', 'only those that reached it: CRASH or APPLICATION', parseConsistency)
    .option('--hooks-failed', 'only those of which a hook did not succeed')
    .option('--no-hooks-failed', 'only those of which none failed')
    .option('--taken-from <time>', 'only with a consistency point at this time or later', parseTime)
    .option('--taken-before <time>', 'only with a consistency point before this time', parseTime)
    .option('--larger-than <size>', 'only larger ones, for example 10GB', parseSize)
    .addOption(new Option('--order <field>', 'by what').choices(orders.map((order) => order.toLowerCase())));
}

export function copyFilter({ app, label, text, usable, verified, expired, consistency, hooksFailed, takenFrom, takenBefore, largerThan }: CopyFilterFlags): CopyFilter {
  return {
    ...(app !== undefined && (app.includes('.') ? { appInstanceId: app } : { appInstanceName: app })),
    ...(label !== undefined && { labels: [...label] }),
    ...Object.fromEntries(Object.entries({ text, usable, verified, expired, consistency, hooksFailed, takenFrom, takenBefore, largerThan }).filter(([, value]) => value !== undefined)),
  };
}

/** `env`, `env=prod,test`, `!env`, `!env=prod`. */
export function parseSelector(selector: string): LabelSelectorInput {
  const not = selector.startsWith('!');
  const [key = '', ...values] = selector.slice(not ? 1 : 0).split('=');
  if (key === '') throw new InvalidArgumentError('it is KEY, KEY=VALUE or !KEY.');
  return { key, not, ...(values.length > 0 && { values: values.join('=').split(',') }) };
}

function addSelector(selector: string, before: readonly LabelSelectorInput[] | undefined): LabelSelectorInput[] {
  return [...(before ?? []), parseSelector(selector)];
}

export function parseConsistency(value: string): Consistency {
  const kind = value.toUpperCase();
  if (kind !== 'CRASH' && kind !== 'APPLICATION') throw new InvalidArgumentError('it is CRASH or APPLICATION.');
  return kind;
}

/** A time as JavaScript reads it, with a time zone or in UTC. */
export function parseTime(text: string): string {
  const time = new Date(/^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('it is a time such as 2026-03-01 or 2026-03-01T12:00:00Z.');
  return time.toISOString();
}

const sizes: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Bytes, or a number with a decimal unit. */
export function parseSize(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text) ?? [];
  const factor = sizes[unit.toUpperCase()];
  if (number === undefined || factor === undefined) throw new InvalidArgumentError('it is a size such as 500MB or 10GB.');
  return Math.round(Number(number) * factor);
}

const spans: Readonly<Record<string, number>> = { h: 3_600_000, d: 24 * 3_600_000, w: 7 * 24 * 3_600_000 };

/** A time, a span from now, or null for `never`. */
export function parseExpiry(text: string): string | null {
  if (text === 'never') return null;
  const [, number, unit = ''] = /^(\d+)([hdw])$/.exec(text) ?? [];
  return number === undefined ? parseTime(text) : new Date(Date.now() + Number(number) * spans[unit]!).toISOString();
}
