import { copyRepositoryBrokerConformance } from '@ocopea/broker-conformance';
import { S3Harness } from './testing/index.js';

copyRepositoryBrokerConformance({ name: 'the S3 copy repository broker over an emulator', open: () => S3Harness.open({ graceMs: 0 }) });
