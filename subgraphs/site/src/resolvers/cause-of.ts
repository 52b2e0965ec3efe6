import type { OperationCause } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';

/** Who stands behind an operation. What the Hub asks on its own is part of one of its operations, which its name then is. */
export function causeOf({ kind, name }: Principal): OperationCause {
  if (/^[a-z0-9-]+\.operation\./.test(name)) return { kind: 'OPERATION', name };
  return { kind: kind === 'administrator' ? 'USER' : kind.toUpperCase(), name };
}
