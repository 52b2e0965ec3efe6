import type { Artifact, PaasBroker } from '@ocopea/broker-contract';
import type { BrokerHarness } from '../broker-harness.js';

/** A PaaS broker under test, and the artifacts it can run for that. */
export interface PaasHarness extends BrokerHarness<PaasBroker> {
  /** A space to deploy into. */
  readonly space: string;
  readonly artifacts: ProbeArtifacts;
  /** True when a port that this process listens on cannot be taken by an app service as well. */
  readonly sharesPorts: boolean;
}

/** Artifacts of the probe application; see `fixtures/probe-app/README.md` for what each does. */
export interface ProbeArtifacts {
  /** Serves the probe's endpoints, is healthy at once, says on its output when it listens. */
  readonly probe: Artifact;
  /** The same under another version. */
  readonly otherProbe: Artifact;
  /** Prints `still warming up` and never becomes healthy. */
  readonly neverHealthy: Artifact;
  /** Prints `cannot start` to the error stream and exits with 3, every time. */
  readonly crashing: Artifact;
}
