export { OperationCause, OperationError, OperationType, PartProgress, Progress } from '@ocopea/operations/graph';
