import { dataServiceBrokerConformance } from '@ocopea/broker-conformance';
import { openVolumeHarness } from './testing/volume-harness.js';

dataServiceBrokerConformance({ name: 'the volume data service broker', open: openVolumeHarness });
