import { CopyProtocol } from '@ocopea/broker-contract';
import { describe, expect, it } from 'vitest';
import { chooseRepository, type CopySubject, type RepositoryOffer } from './choose-repository.js';

const protocols = [CopyProtocol.ByteStream];
const repository = (id: string, formats: string[], spoken: RepositoryOffer['abilities']['protocols'] = protocols): RepositoryOffer => ({ id, name: id, abilities: { formats, protocols: spoken } });
const subject = (dataService: string, formats: string[]): CopySubject => ({ dataService, abilities: { formats, protocols } });

describe('chooseRepository', () => {
  it('takes the first repository that takes a format of every data service', () => {
    const chosen = chooseRepository([repository('a', ['dump/1']), repository('b', ['*'])], [subject('db', ['physical/18', 'dump/1']), subject('files', ['tar/1'])]);
    expect(chosen).toEqual({ repositoryId: 'b', formats: new Map([['db', 'physical/18'], ['files', 'tar/1']]) });
  });

  it('keeps to the preference of the data service', () => {
    expect(chooseRepository([repository('a', ['dump/1', 'physical/18'])], [subject('db', ['physical/18', 'dump/1'])]).formats.get('db')).toBe('physical/18');
  });

  it('names both lists when nobody takes a format', () => {
    expect(() => chooseRepository([repository('a', ['dump/1'])], [subject('db', ['physical/18'])])).toThrow(
      expect.objectContaining({ code: 'NO_COMMON_FORMAT', message: expect.stringMatching(/"db".*physical\/18 over byte-stream\/1.*dump\/1 over byte-stream\/1/) as string }),
    );
  });

  it('refuses a repository that speaks no common protocol', () => {
    expect(() => chooseRepository([repository('a', ['*'], [CopyProtocol.HttpPart])], [subject('db', ['physical/18'])])).toThrow(expect.objectContaining({ code: 'NO_COMMON_FORMAT' }));
  });

  it('says how to get one when there is none', () => {
    expect(() => chooseRepository([], [])).toThrow(expect.objectContaining({ code: 'NOT_FOUND', message: expect.stringContaining('addCopyRepository') as string }));
  });
});
