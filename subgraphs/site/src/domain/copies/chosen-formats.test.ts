import { CopyProtocol } from '@ocopea/broker-contract';
import { describe, expect, it } from 'vitest';
import type { CopySubject } from './choose-repository.js';
import { withChosenFormats } from './chosen-formats.js';

const subject = (dataService: string, formats: string[]): CopySubject => ({ dataService, abilities: { formats, protocols: [CopyProtocol.ByteStream] } });
const subjects = [subject('db', ['postgres-physical/18-x86_64', 'postgres-logical/18']), subject('files', ['tree/1'])];
const formatsOf = (chosen: Parameters<typeof withChosenFormats>[1]) => withChosenFormats(subjects, chosen).map(({ abilities }) => abilities.formats);

describe('formats that are asked for', () => {
  it('take the place of the preferred one, by name or by family, of the data service that they name', () => {
    expect(formatsOf([])).toEqual(subjects.map(({ abilities }) => abilities.formats));
    for (const format of ['postgres-logical/18', 'postgres-logical']) expect(formatsOf([{ dataService: 'db', format }])).toEqual([['postgres-logical/18'], ['tree/1']]);
  });

  it.each([
    [[{ dataService: 'cache', format: 'tree/1' }], /"cache"; the application has: db, files/],
    [[{ dataService: 'db', format: 'postgres-logical/15' }], /"postgres-logical\/15".*"db".*it can in: postgres-physical\/18-x86_64, postgres-logical\/18/],
    [[{ dataService: 'db', format: 'postgres' }], /"postgres"/],
    [[{ dataService: 'db', format: 'postgres-logical' }, { dataService: 'db', format: 'postgres-physical' }], /twice/],
  ])('are refused where they cannot be had: %j', (chosen, message) => {
    expect(() => formatsOf(chosen)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringMatching(message) as string }));
  });
});
