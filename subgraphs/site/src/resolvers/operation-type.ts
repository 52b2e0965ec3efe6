export { OperationCause, OperationError, OperationType, Progress } from '@ocopea/operations/graph';
