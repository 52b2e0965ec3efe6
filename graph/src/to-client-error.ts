import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';

export interface ToClientErrorOptions {
  /** Called with what must not leave the process, and the id the client was given to ask for it. */
  onUnexpected?: (error: unknown, correlationId: string) => void;
}

/**
 * The one place where anything thrown becomes what a client sees: a code, a message for people, path and locations. Never
 * throws, whatever it is given.
 *
 * Errors made for clients keep their code and message: `OcopeaError`, `BrokerError`, `PartitionError` (also as the cause of a
 * GraphQL error) and GraphQL errors that carry a code, such as those of a Site that the Hub passes on. What GraphQL itself
 * finds wrong in a request gets the code of that phase. Everything else, a defect, becomes INTERNAL with a correlation id; its
 * message and stack go to {@link ToClientErrorOptions.onUnexpected} only.
 */
export function toClientError(thrown: unknown, options: ToClientErrorOptions = {}): GraphQLError {
  try {
    const outer = thrown instanceof GraphQLError ? thrown : undefined;
    const inner = innermost(thrown);
    const known = publicError(inner) ?? (inner instanceof GraphQLError ? graphqlError(inner) : undefined);
    if (known !== undefined) return located(known, outer);
    return located(internal(inner, options), outer);
  } catch (defect) {
    return located(internal(defect, options));
  }
}

interface ClientError {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Errors whose contract says that message and code are fit for clients. By name: a process may load two builds of a class. */
const publicErrorNames: ReadonlySet<string> = new Set(['OcopeaError', 'BrokerError', 'PartitionError']);

/** What servers say for "a defect": their messages are not for clients. */
const defectCodes: ReadonlySet<string> = new Set(['INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR']);

/** Names of GraphQL servers for what has a name here. */
const renamedCodes: Readonly<Record<string, string>> = { BAD_USER_INPUT: 'BAD_INPUT' };

const hiddenExtensions: ReadonlySet<string> = new Set(['code', 'serviceName', 'validationErrors', 'http']);

/** What shows the inside of a process, however deep it lies. */
const privateExtensions: ReadonlySet<string> = new Set(['stacktrace', 'stack', 'exception', 'debug', 'originalError', 'url']);

/** GraphQL wraps what a resolver throws, sometimes more than once. A code that a server put around a GraphQL error stands. */
function innermost(thrown: unknown): unknown {
  let inner = thrown;
  for (let depth = 0; depth < 10 && inner instanceof GraphQLError && inner.originalError; depth += 1) {
    const isNamed = misfitOfVariable.test(inner.message) || (inner.extensions['code'] !== undefined && !defectCodes.has(String(inner.extensions['code'])));
    if (isNamed && inner.originalError instanceof GraphQLError) return inner;
    inner = inner.originalError;
  }
  return inner;
}

function publicError(error: unknown): ClientError | undefined {
  if (!(error instanceof Error) || !publicErrorNames.has(error.name)) return undefined;
  const { code, details, member } = error as Error & { code?: unknown; details?: Record<string, unknown>; member?: unknown };
  if (typeof code !== 'string') return undefined;
  const site = typeof member === 'string' ? { site: member } : {};
  return { code, message: error.message, details: { ...details, ...site } };
}

function graphqlError(error: GraphQLError): ClientError | undefined {
  const code = error.extensions['code'] ?? codeOfGraphqlPhase(error);
  if (typeof code !== 'string' || defectCodes.has(code)) return undefined;
  return {
    code: renamedCodes[code] ?? code,
    message: validatorMessage(error) ?? variableMessage(error) ?? withoutStack(error.message),
    details: withoutPrivate(Object.fromEntries(Object.entries(error.extensions).filter(([name]) => !hiddenExtensions.has(name)))),
  };
}

/** Some servers write the stack into the message. */
function withoutStack(message: string): string {
  const stack = message.search(/\n\s*at /);
  return stack < 0 ? message : message.slice(0, stack);
}

function withoutPrivate(details: Record<string, unknown>): Record<string, unknown> {
  try {
    const text = JSON.stringify(details, (name, value: unknown) => (privateExtensions.has(name) ? undefined : value));
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Errors that graphql-js itself raises carry no code. With a path they come from execution: a value did not fit its type. */
function codeOfGraphqlPhase(error: GraphQLError): string | undefined {
  if (/^(Variable "\$|Argument ")/.test(error.message)) return 'BAD_INPUT';
  if (error.path !== undefined) return undefined;
  return error.message.startsWith('Syntax Error') ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED';
}

/** class-validator's constraints in words; its error objects hold the caller's whole input and stay here. */
function validatorMessage(error: GraphQLError): string | undefined {
  const found = error.extensions['validationErrors'];
  if (!Array.isArray(found)) return undefined;
  const messages = found.flatMap((each: { constraints?: Record<string, string> }) => Object.values(each.constraints ?? {}));
  return messages.length === 0 ? undefined : messages.join('; ');
}

const misfitOfVariable = /^Variable "(\$[^"]*)" got invalid value /;

/** Of a variable that does not fit: where, and why, without the value, in which a secret may stand. */
function variableMessage({ message, originalError }: GraphQLError): string | undefined {
  const [, variable] = misfitOfVariable.exec(message) ?? [];
  if (variable === undefined || originalError === undefined || !message.endsWith(`; ${originalError.message}`)) return undefined;
  const [, path] = / at "([^"]*)"$/.exec(message.slice(0, -`; ${originalError.message}`.length)) ?? [];
  return `Variable "${path === undefined ? variable : `$${path}`}" does not fit: ${originalError.message}`;
}

function internal(error: unknown, { onUnexpected }: ToClientErrorOptions): ClientError {
  const correlationId = randomUUID();
  try {
    onUnexpected?.(error, correlationId);
  } catch {
    // A log that fails must not cost the client its answer.
  }
  return { code: 'INTERNAL', message: `something went wrong here; see the log for ${correlationId}`, details: { correlationId } };
}

function located({ code, message, details }: ClientError, at?: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: at?.nodes ?? null,
    source: at?.source ?? null,
    positions: at?.positions ?? null,
    path: at?.path ?? null,
    extensions: { ...jsonSafe(details), code },
  });
}

/** An answer that cannot be written as JSON would be lost whole. */
function jsonSafe(details: ClientError['details']): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(details ?? {})) as Record<string, unknown>;
  } catch {
    return {};
  }
}
