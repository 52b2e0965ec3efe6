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
/** Of all members together, per root field. */
const MAX_ERRORS_OF_ONE_FIELD = 200;
const MAX_MESSAGE_LENGTH = 2_000;
const MAX_EXTENSIONS_LENGTH = 4_000;
/** What shows the inside of a process. */
const PRIVATE_EXTENSIONS = new Set(['stacktrace', 'stack', 'exception', 'debug', 'serviceName', 'url', 'originalError']);
/** What servers call an error that nobody has foreseen. */
const DEFECT_CODES = new Set<unknown>([undefined, null, '', 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR']);

/** Whether a member's errors without a code become SITE_ERROR without their message, or are passed on to who keeps them from clients. */
export type UncodedErrors = 'mask' | 'pass';

export function fetchError(error: PartitionError, path: (string | number)[]): FetchError {
  return { message: error.message, path, extensions: errorExtensions(error.code, error.member) };
}

/** A member's own GraphQL error, at its place in the merged answer. */
export function passedOn(error: MemberGraphQLError, member: string, path: (string | number)[]): FetchError {
  return { message: withoutStack(error.message).slice(0, MAX_MESSAGE_LENGTH), path, extensions: { ...publicExtensions(error.extensions), site: member } };
}

/**
 * An error without a code, or with that of a defect, is one that the member did not foresee: its message may hold anything, an
 * address or a piece of a query, and is not meant for clients.
 */
export function withoutDefects(errors: readonly MemberGraphQLError[], member: string): readonly MemberGraphQLError[] {
  return errors.map((error) => {
    if (!DEFECT_CODES.has(error.extensions?.['code'])) return error;
    const { path } = error;
    return { message: `site "${member}" failed here; its own log says why`, ...(path ? { path } : {}), extensions: { code: 'SITE_ERROR' } };
  });
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

/** What is inside the answers of hundreds of members must not outgrow the answer. */
export function boundedErrors(errors: readonly FetchError[], key: string): readonly FetchError[] {
  if (errors.length <= MAX_ERRORS_OF_ONE_FIELD) return errors;
  const surplus = errors.length - MAX_ERRORS_OF_ONE_FIELD;
  const code = errors[MAX_ERRORS_OF_ONE_FIELD]!.extensions.code;
  return [...errors.slice(0, MAX_ERRORS_OF_ONE_FIELD), { message: `${surplus} more errors were reported here`, path: [key], extensions: { code } }];
}

function errorExtensions(code: PartitionErrorCode, member: string | undefined): FetchError['extensions'] {
  return { code, ...(member === undefined ? {} : { site: member }) };
}

function withoutStack(message: string): string {
  const stack = message.search(/\n\s*at /);
  return stack < 0 ? message : message.slice(0, stack);
}

function publicExtensions(extensions: Record<string, unknown> = {}): Record<string, unknown> {
  const shown = publicPart(extensions, 0) as Record<string, unknown>;
  return JSON.stringify(shown).length <= MAX_EXTENSIONS_LENGTH ? shown : { code: String(extensions['code']).slice(0, 100) };
}

function publicPart(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 4) return undefined;
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => publicPart(item, depth + 1));
  const kept: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) if (!PRIVATE_EXTENSIONS.has(name)) kept[name] = publicPart(part, depth + 1);
  return kept;
}
