import type { StackService } from './service-catalogue.js';
import type { ServiceLogs } from './service-logs.js';

/** Where one service stands. */
export interface ServiceStanding {
  readonly name: StackService;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** Times it was started again after it had ended by itself. */
  readonly restarts: number;
}

/** A service of which one actor is held at a checkpoint. */
export interface HeldService {
  readonly reached: Promise<void>;
  resume(): Promise<void>;
}

/** A service that will die at a checkpoint, and is started again by itself. */
export interface DyingService {
  readonly died: Promise<void>;
}

/** One more process of a service, on ports of its own. */
export interface Replica {
  /** `http://host:port`, where /health, /ready and /metrics are. */
  readonly http: string;
  /** `host:port` of its API. */
  readonly grpc: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** Ends it by SIGTERM, starts it again and resolves when it is ready. */
  restart(): Promise<void>;
  /** Sends a signal and resolves when the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

/** Runs services: all in this process, or each in one of its own. */
export interface ServiceHost {
  /** Starts a service and resolves when it is ready. */
  start(name: StackService): Promise<void>;
  /** Ends it if it runs, starts it again and resolves when it is ready. */
  restart(name: StackService): Promise<void>;
  /** Sends a signal to the service's process; when that ends it, it stays down until `restart`. */
  kill(name: StackService, signal: NodeJS.Signals): Promise<void>;
  /**
   * Holds the first actor of the service that reaches the checkpoint; `reached` resolves when one waits there. Only in
   * a process of its own, started with VICI_CHECKPOINT_ORDERS=1.
   */
  holdAt(name: StackService, checkpoint: string): Promise<HeldService>;
  /** Has the service killed when it reaches the checkpoint; resolves once that is arranged. */
  dieAt(name: StackService, checkpoint: string): Promise<DyingService>;
  /** Starts one more process of the service, which nobody starts again. Only in processes of their own. */
  startReplica(name: StackService): Promise<Replica>;
  standing(name: StackService): ServiceStanding;
  /** Ends one service in good order. Does nothing when it is down. */
  stop(name: StackService): Promise<void>;
}

/** What a host needs to know of the stack. */
export interface HostSettings {
  readonly root: string;
  readonly logs: ServiceLogs;
  environmentOf(name: StackService): Readonly<Record<string, string>>;
  /** `http://host:port`. */
  httpUrlOf(name: StackService): string;
  /** Called when a service's process has come or gone. */
  readonly onChange: () => void;
}
