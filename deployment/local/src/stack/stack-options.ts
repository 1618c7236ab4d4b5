import type { InboxMessage } from '@vici/backing-services';
import type { DyingService, HeldService, Replica } from './service-host.js';

/** How a local Vici is started. */
export interface LocalStackOptions {
  /** Root folder of the repository. */
  readonly root: string;
  /** Where data, logs and `run.json` go: `.vici`, or a temporary folder in tests. */
  readonly dataDir: string;
  /** `documented` (default): 3000–3010 and 50001–50010 moved by VICI_PORT_OFFSET; `free`: whatever is free. */
  readonly ports?: 'documented' | 'free';
  /** `single` (default): all services in this process; `processes`: one Node process each, over real gRPC. */
  readonly mode?: 'single' | 'processes';
  /** What carries events. Default: `redis`. */
  readonly bus?: 'redis' | 'kafka';
  /** Load the demo catalogue when the shop has no products. Default: true. */
  readonly seed?: boolean;
  /** Tests: nothing is synced to disk. */
  readonly ephemeral?: boolean;
  /** Measurements: with `ephemeral`, PostgreSQL and Redis write to the disk as those of `up` do. */
  readonly synced?: boolean;
  /** Added to every service's environment, e.g. LOG_LEVEL, BCRYPT_COST, RATE_LIMIT_MULTIPLIER. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to one service's environment, by service name. */
  readonly serviceEnv?: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>>;
  /** One sentence per step of the start. */
  readonly onProgress?: (sentence: string) => void;
  /** Every log line of a service, as the JSON text it wrote. */
  readonly onLog?: (service: string, line: string) => void;
  /** Aborting it ends a start that is under way; what was started is stopped again. */
  readonly signal?: AbortSignal;
}

/** A running local Vici. Services are named `order` or `order-service`, `gateway` or `api-gateway`. */
export interface LocalStack {
  /** `http://host:port` of the gateway, without `/api`. */
  readonly apiUrl: string;
  readonly mailbox: {
    /** The inbox's web page. */
    readonly url: string;
    /** Newest first. */
    messages(): Promise<InboxMessage[]>;
  };
  readonly endpoints: {
    /** Connection of the service's own database role. */
    databaseUrl(service: string): string;
    readonly redisUrl: string;
    readonly s3Url: string;
    readonly kafkaBrokers?: string[];
    /** `host:port`. */
    grpc(service: string): string;
    /** `http://host:port`, where /health, /ready and /metrics are. */
    http(service: string): string;
  };
  /**
   * Sends the signal (default SIGKILL) to a service's process. When that ends it, the service stays down until
   * `restart`, and this resolves once it is gone. Only with `processes`.
   */
  kill(service: string, signal?: NodeJS.Signals): Promise<void>;
  /**
   * Holds the first actor of a service that reaches `checkpoint(name)`. Only with `processes`, whose environment has
   * VICI_CHECKPOINT_ORDERS=1.
   */
  holdAt(service: string, checkpoint: string): Promise<HeldService>;
  /** Has the service die, as by SIGKILL, when it reaches `checkpoint(name)`; it is started again by itself. */
  dieAt(service: string, checkpoint: string): Promise<DyingService>;
  /** Ends the service if it runs, starts it again and resolves when it is ready. */
  restart(service: string): Promise<void>;
  /** Starts one more process of a service, on ports of its own. Only with `processes`. */
  startReplica(service: string): Promise<Replica>;
  /** Undefined while the service is down. */
  pid(service: string): number | undefined;
  /** Ends everything this stack started. Safe to call twice. */
  stop(): Promise<void>;
}
