import { createConnectionType } from '@ocopea/graph';
import { AppInstance } from './types/app-instance.js';
import { Copy } from './types/copy.js';
import { DataService } from './types/services.js';

export const AppInstanceConnection = createConnectionType(AppInstance, 'AppInstance');
export const CopyConnection = createConnectionType(Copy, 'Copy');
export const DataServiceConnection = createConnectionType(DataService, 'DataService');
