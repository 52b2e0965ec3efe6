import { badInput } from './errors/input-errors.js';
import { quoted } from './errors/quoted.js';

const pattern = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A name that an app instance may have at a Site. The Hub asks before it sends a copy there, the Site before it makes the
 * instance.
 *
 * @throws BAD_INPUT
 */
export function checkedInstanceName(name: string): string {
  if (pattern.test(name)) return name;
  throw badInput('input.name', `${quoted(name)} cannot name an app instance: lower-case letters, digits and dashes are taken, a letter first, at most 63`);
}
