import { badInput } from '@ocopea/graph';
import type { CopySubject } from './choose-repository.js';

/** A format that is asked for in place of the one that the plan prefers. */
export interface ChosenFormat {
  /** Its name in the manifest. */
  readonly dataService: string;
  /** One of the plan's, or its family: `postgres-logical` is the first that begins with `postgres-logical/`. */
  readonly format: string;
}

/**
 * Narrows data services to the formats that were asked for; the others keep all of theirs.
 * @throws BAD_INPUT there is no such data service, it is named twice, or its plan does not write the format
 */
export function withChosenFormats(subjects: readonly CopySubject[], chosen: readonly ChosenFormat[]): readonly CopySubject[] {
  const wanted = new Map(chosen.map(({ dataService, format }) => [dataService, format]));
  if (wanted.size < chosen.length) throw badInput('input.formats', 'names a data service twice; give each one format');
  const unknown = [...wanted.keys()].find((name) => !subjects.some(({ dataService }) => dataService === name));
  if (unknown !== undefined) throw badInput('input.formats', `names the data service "${unknown}"; the application has: ${subjects.map(({ dataService }) => dataService).join(', ') || 'none'}`);
  return subjects.map((subject) => {
    const format = wanted.get(subject.dataService);
    if (format === undefined) return subject;
    const { formats } = subject.abilities;
    const found = formats.find((one) => one === format || one.split('/')[0] === format);
    if (found === undefined) throw badInput('input.formats', `asks for the format "${format}", in which data service "${subject.dataService}" cannot be copied here; it can in: ${formats.join(', ') || 'none'}`);
    return { ...subject, abilities: { ...subject.abilities, formats: [found] } };
  });
}
