import { CopyProtocol, type DataServiceBrokerInfo } from '@ocopea/broker-contract';
import { KEY_VALUE_FORMAT } from './key-value-format.js';

/** What the memory broker says of itself. */
export const memoryDataServiceInfo: DataServiceBrokerInfo = {
  product: 'memory',
  version: '0.1.0',
  description: 'Key/value pairs in the memory of this process, for tests.',
  plans: [
    {
      id: 'pairs',
      name: 'Pairs',
      description: 'Key/value pairs with a consistent copy at any moment.',
      price: '',
      protocols: [{ name: 'memory', version: '1' }],
      writesFormats: [KEY_VALUE_FORMAT],
      restoresFormats: [KEY_VALUE_FORMAT],
      settings: [{ name: 'label', description: 'Free text without any effect.', default: '' }],
    },
  ],
  copyProtocols: [CopyProtocol.ByteStream],
  capabilities: { quiesce: true, sizeEstimate: true, barrier: true, statements: true },
};
