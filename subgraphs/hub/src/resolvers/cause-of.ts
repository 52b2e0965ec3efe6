import type { OperationCause } from '@ocopea/operations';
import type { Principal } from '@ocopea/security';

/** Who stands behind an operation of the Hub. */
export function causeOf({ kind, name }: Principal): OperationCause {
  return { kind: kind === 'administrator' ? 'USER' : kind.toUpperCase(), name };
}
