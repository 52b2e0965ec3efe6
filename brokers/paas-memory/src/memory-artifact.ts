/** An application that runs inside this process. It listens on its `PORT` at its `HOST`, as a process would. */
export interface MemoryArtifact {
  readonly name: string;
  readonly version: string;
  /** Starts one run of it. */
  start(host: MemoryAppHost): MemoryApp;
  /** What can be run beside it, by name. @default none */
  readonly commands?: Readonly<Record<string, MemoryCommand>>;
}

/** A command that runs inside this process; answers its exit code. It stops when the signal is aborted, or nobody waits for it any more. */
export type MemoryCommand = (host: Omit<MemoryAppHost, 'exit'> & { readonly signal: AbortSignal }) => Promise<number>;

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
