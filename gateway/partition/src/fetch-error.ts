import type { PartitionError, PartitionErrorCode } from './partition-error.js';
import type { MemberGraphQLError } from './partition-member.js';

/** A GraphQL error of a merged answer, as it goes to the client. */
export interface FetchError {
  message: string;
  path: (string | number)[];
  extensions: Record<string, unknown> & { code?: unknown };
}

/** What a member may have passed on per root field; the rest is counted in one more entry. */
const MAX_ERRORS_OF_ONE_MEMBER = 20;
const MAX_MESSAGE_LENGTH = 2_000;
/** What shows the inside of a process. */
const PRIVATE_EXTENSIONS = ['stacktrace', 'stack', 'exception', 'debug', 'serviceName', 'url'];

export function fetchError(error: PartitionError, path: (string | number)[]): FetchError {
  return { message: error.message, path, extensions: errorExtensions(error.code, error.member) };
}

/** A member's own GraphQL error, at its place in the merged answer. */
export function passedOn(error: MemberGraphQLError, member: string, path: (string | number)[]): FetchError {
  const extensions: Record<string, unknown> = { ...error.extensions };
  for (const name of PRIVATE_EXTENSIONS) delete extensions[name];
  return { message: error.message.slice(0, MAX_MESSAGE_LENGTH), path, extensions: { ...extensions, site: member } };
}

/** All of a member's errors for one root field, at the paths that `place` gives; those without a place are dropped. */
export function passedOnErrors(
  errors: readonly MemberGraphQLError[],
  member: string,
  place: (path: readonly (string | number)[]) => (string | number)[] | undefined,
): FetchError[] {
  const placed: FetchError[] = [];
  let surplus = 0;
  for (const error of errors) {
    const path = place(Array.isArray(error.path) ? error.path : []);
    if (!path) continue;
    if (placed.length < MAX_ERRORS_OF_ONE_MEMBER) placed.push(passedOn(error, member, path));
    else surplus++;
  }
  if (surplus > 0) {
    const [first] = placed as [FetchError];
    placed.push({ message: `site "${member}" reported ${surplus} more errors here`, path: first.path, extensions: { ...first.extensions } });
  }
  return placed;
}

function errorExtensions(code: PartitionErrorCode, member: string | undefined): FetchError['extensions'] {
  return { code, ...(member === undefined ? {} : { site: member }) };
}
