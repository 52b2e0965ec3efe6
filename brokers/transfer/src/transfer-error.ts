import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

const statusOf: Record<BrokerErrorCode, number> = {
  INVALID_REQUEST: 400,
  GRANT_REFUSED: 403,
  KEY_UNAVAILABLE: 500,
  NOT_FOUND: 404,
  DEADLINE_EXCEEDED: 408,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  PORT_IN_USE: 409,
  CORRUPT_DATA: 422,
  CANCELLED: 499,
  INTERNAL: 500,
  NOT_SUPPORTED: 501,
  UNAVAILABLE: 503,
  CAPACITY_EXCEEDED: 507,
};

/** An error as it crosses the wire: a status and `{"error": {"code", "message"}}`, no stack, no cause. */
export function encodeTransferError(error: unknown): { readonly status: number; readonly body: string } {
  const { code, message } = error instanceof BrokerError ? error : { code: BrokerErrorCode.Internal, message: 'the receiver failed unexpectedly; its log says why' };
  return { status: statusOf[code], body: JSON.stringify({ error: { code, message } }) };
}

/** The error an answer stands for. What no door of this protocol said, a proxy for example, may go away: UNAVAILABLE. */
export function decodeTransferError(status: number, body: Buffer): BrokerError {
  const said = parse(body)?.error;
  if (said && isCode(said.code) && typeof said.message === 'string') return new BrokerError(said.code, said.message.slice(0, 1000));
  if (status >= 300 && status < 400) return new BrokerError(BrokerErrorCode.InvalidRequest, 'the receiver answered with a redirect, which is not followed; give its final address');
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return new BrokerError(BrokerErrorCode.InvalidRequest, `the receiver answered HTTP ${status} and is no transfer door; check the address`);
  }
  return new BrokerError(BrokerErrorCode.Unavailable, `the receiver answered HTTP ${status}; try again later`);
}

function parse(body: Buffer): { readonly error?: { readonly code?: unknown; readonly message?: unknown } } | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCode(code: unknown): code is BrokerErrorCode {
  return typeof code === 'string' && code in statusOf;
}
