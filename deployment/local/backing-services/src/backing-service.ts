/** Where a running server came from. */
export type ServiceOrigin = 'environment' | 'path' | 'package' | 'apt' | 'brew' | 'maven' | 'go';

/** A server this process started (or found); `stop` ends it and only it, by process id. */
export interface BackingService<E> {
  readonly name: string;
  readonly endpoint: E;
  /** Undefined where the server has no process of its own: given by the environment, or run inside this process. */
  readonly pid: number | undefined;
  readonly origin: ServiceOrigin;
  /** True when the server answers a real request now. Never throws. */
  isAlive(): Promise<boolean>;
  /** Ends the server and waits for its end. Does nothing to a server given by the environment. Safe to call twice. */
  stop(): Promise<void>;
}

/** What every `start…` function takes. */
export interface StartOptions {
  /** directory that holds this server's data; survives restarts */
  dataDir: string;
  /** fixed port, else a free one */
  port?: number;
  /** receives server output, line by line */
  onLog?: (line: string) => void;
  /** tests: no fsync, nothing kept */
  ephemeral?: boolean;
  /** measurements: with `ephemeral`, what is written goes to the disk all the same, as a shop's data does */
  synced?: boolean;
  /** spawn detached so it outlives this process (the supervisor adopts it again by pid file) */
  detached?: boolean;
}

/** A program this server needs is not on the machine. The message is one sentence; `remedy` says what to do. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** A server was started but did not become ready; the message ends with the last lines of its log. */
export class StartFailedError extends Error {
  override readonly name = 'StartFailedError';
}
