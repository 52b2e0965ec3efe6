export { OperationError, OperationType, Progress } from '@ocopea/operations/graph';
