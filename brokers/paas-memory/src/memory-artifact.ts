/** An application that runs inside this process. It listens on its `PORT` at its `HOST`, as a process would. */
export interface MemoryArtifact {
  readonly name: string;
  readonly version: string;
  /** Starts one run of it. */
  start(host: MemoryAppHost): MemoryApp;
}

/** What the application is given. */
export interface MemoryAppHost {
  readonly environment: Readonly<Record<string, string>>;
  print(stream: 'out' | 'err', line: string): void;
  /** Ends this run, as `process.exit` would. May be called within `start`. */
  exit(code: number): void;
}

/** One run of it. */
export interface MemoryApp {
  /** Stops listening and ends what is under way. */
  close(): Promise<void>;
}
