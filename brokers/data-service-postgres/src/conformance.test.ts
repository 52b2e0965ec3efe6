import { dataServiceBrokerConformance } from '@ocopea/broker-conformance';
import { openPostgresHarness } from './testing/postgres-harness.js';

dataServiceBrokerConformance({ name: 'the PostgreSQL data service broker', open: openPostgresHarness });
