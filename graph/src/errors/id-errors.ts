import { OcopeaError } from '../ocopea-error.js';
import { quoted } from './quoted.js';

const nouns: Readonly<Record<string, string>> = {
  app: 'an app instance',
  'app-service': 'an app service',
  'data-service': 'a data service',
  broker: 'a broker',
  repository: 'a copy repository',
  copy: 'a copy',
  'copy-part': 'a copy part',
  operation: 'an operation',
  event: 'an event',
};

export function invalidId(text: string, expected = '<site>.<kind>.<uuid>'): OcopeaError {
  return new OcopeaError('INVALID_ID', `${quoted(text)} is not an id: expected ${expected}`);
}

export function wrongIdKind(text: string, found: string, expected: string): OcopeaError {
  return new OcopeaError(
    'WRONG_ID_KIND',
    `${quoted(text)} names ${nouns[found] ?? found}, ${nouns[expected] ?? expected} was expected`,
  );
}
