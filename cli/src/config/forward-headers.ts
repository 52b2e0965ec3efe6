import { z } from 'zod';

/** What a message itself needs, and what is between two hops. */
const ofTheMessage: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** By which the Hub continues the trace. */
const ofTheTrace: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

/** Names of headers, separated by commas; in lower case, each once. */
export const forwardHeaders = z
  .string()
  .default('')
  .transform((names) => [...new Set(names.split(',').map((name) => name.trim().toLowerCase()).filter(Boolean))])
  .superRefine((names, { addIssue }) => {
    const problem = (message: string) => addIssue({ code: 'custom', message });
    for (const name of names) {
      if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) problem(`"${name}" is no name of a header`);
      else if (ofTheMessage.has(name)) problem(`"${name}" belongs to one message and cannot be sent along; leave it out`);
      else if (ofTheTrace.has(name)) problem(`"${name}" goes along by itself; leave it out`);
      else if (name.startsWith('sec-')) problem(`"${name}" belongs to a browser's connection and cannot be sent along; leave it out`);
    }
  });
