import { OcopeaError } from '../ocopea-error.js';
import { quoted } from './quoted.js';

/** @param why - what the subgraph did, without its address */
export function subgraphUnavailable(subgraph: string, why: string, cause?: unknown): OcopeaError {
  return new OcopeaError('SUBGRAPH_UNAVAILABLE', `subgraph ${quoted(subgraph)} ${why}`, { cause, details: { subgraph } });
}

export function subgraphTimeout(subgraph: string, deadlineMs: number): OcopeaError {
  return new OcopeaError('SUBGRAPH_TIMEOUT', `subgraph ${quoted(subgraph)} did not answer within ${deadlineMs} ms`, { details: { subgraph } });
}

/** @param why - what it answered, without what stood in it */
export function subgraphAnswerInvalid(subgraph: string, why: string): OcopeaError {
  return new OcopeaError('SUBGRAPH_ANSWER_INVALID', `subgraph ${quoted(subgraph)} ${why}`, { details: { subgraph } });
}
