import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyTooLarge, OcopeaError } from '@ocopea/graph';
import type { EdgeLimits } from './edge-limits.js';

/**
 * The whole body of a request as text. One that says beforehand that it is too large is refused unread, any other as soon as it is.
 *
 * @throws BODY_TOO_LARGE
 * @throws DEADLINE_EXCEEDED when the client sends too slowly
 * @throws CANCELLED when it leaves in the middle
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: Pick<EdgeLimits, 'bodyBytes' | 'bodyDeadlineMs'>,
): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) throw bodyTooLarge(limits.bodyBytes);
  if (expectsContinue(request)) response.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const deadline = setTimeout(() => settle(() => reject(tooSlow(limits.bodyDeadlineMs))), limits.bodyDeadlineMs);
    const settle = (end: () => void) => {
      clearTimeout(deadline);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      end();
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limits.bodyBytes) settle(() => reject(bodyTooLarge(limits.bodyBytes)));
      else chunks.push(chunk);
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks).toString('utf8')));
    const onClose = () => settle(() => reject(new OcopeaError('CANCELLED', 'the client left before its request was complete')));
    request.on('data', onData).once('end', onEnd).once('close', onClose);
  });
}

/** Whether a client waits for a word before it sends its body. */
export function expectsContinue(request: IncomingMessage): boolean {
  return request.headers.expect?.toLowerCase() === '100-continue';
}

function tooSlow(deadlineMs: number): OcopeaError {
  return new OcopeaError('DEADLINE_EXCEEDED', `the body of the request did not arrive within ${deadlineMs} ms`);
}
