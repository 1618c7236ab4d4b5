import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GrpcBinding } from '../grpc/grpc-binding.js';
import type { GrpcServer } from '../grpc/grpc-server.js';
import type { InProcessRegistry } from '../grpc/in-process-registry.js';
import type { HealthRegistry } from '../health.js';
import type { Logger } from '../logger.js';
import type { UnusedConnections } from './unused-connections.js';

/** Of the time to stop, the share calls in flight may use; the rest is for consumers and pools. */
const DRAIN_SHARE = 0.75;
/** Consumers and pools get this long even where draining took everything, in milliseconds. */
const LEAST_CLOSE_MS = 1000;
const IDLE_SWEEP_MS = 50;

/** What of a service is open. A start that fails half-way has only some of it. */
export interface OpenParts {
  app?: NestFastifyApplication;
  unusedConnections?: UnusedConnections;
  grpcServer?: GrpcServer;
  bindings: GrpcBinding[];
}

/** What stopping needs beside the open parts. */
export interface ShutdownSettings {
  readonly name: string;
  /** Unready, but serving still. */
  readonly delayMs: number;
  readonly graceMs: number;
  readonly registry: InProcessRegistry;
  readonly health: HealthRegistry;
  readonly logger: Logger;
}

/**
 * Closes a service from the outside in: unready, after a while no new calls, calls in flight drained; then Nest's
 * hooks, where consumers stop (onModuleDestroy) before pools close (onApplicationShutdown).
 */
export class ServiceShutdown {
  private running: Promise<void> | undefined;

  constructor(
    private readonly parts: OpenParts,
    private readonly settings: ShutdownSettings,
  ) {}

  /** The same promise however often it is asked. Rejects when something could not be closed, after closing the rest. */
  stop(): Promise<void> {
    this.running ??= this.close();
    return this.running;
  }

  private async close(): Promise<void> {
    const { name, delayMs, graceMs, health, logger } = this.settings;
    health.setDraining();
    if (delayMs > 0 && this.parts.app !== undefined) await sleep(delayMs);
    const endsAt = Date.now() + graceMs;
    const faults = await this.drain(graceMs * DRAIN_SHARE);
    const left = Math.max(endsAt - Date.now(), LEAST_CLOSE_MS);
    const closed = await settled(this.parts.app?.close(), left);
    faults.push(...failureOf(closed));
    if (closed === 'late') {
      faults.push(new Error(`${name} did not close its resources within ${graceMs} ms`));
    }
    if (faults.length > 0) {
      throw new AggregateError(faults, `${name} did not stop cleanly`);
    }
    logger.info('The service has stopped.');
  }

  private async drain(graceMs: number): Promise<unknown[]> {
    const { registry } = this.settings;
    const { app, grpcServer, bindings, unusedConnections } = this.parts;
    for (const binding of bindings) {
      registry.unregister(binding);
    }
    const inProcess = Promise.all(bindings.map((binding) => binding.idle()));
    const results = await Promise.all([
      settled(grpcServer?.stop(graceMs), Number.POSITIVE_INFINITY),
      settled(inProcess, graceMs),
      settled(
        app === undefined ? undefined : closeHttp(app, unusedConnections, graceMs),
        Number.POSITIVE_INFINITY,
      ),
    ]);
    return results.flatMap(failureOf);
  }
}

type Settled = 'done' | 'late' | { readonly error: unknown };

/** Waits for a promise, but not beyond `ms`, and tells how it went. */
async function settled(work: Promise<unknown> | undefined, ms: number): Promise<Settled> {
  if (work === undefined) {
    return 'done';
  }
  const result = work.then(
    (): Settled => 'done',
    (error: unknown): Settled => ({ error }),
  );
  if (!Number.isFinite(ms)) {
    return await result;
  }
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(
    (): Settled => 'late',
    // Aborted below, once the work is done.
    (): Settled => 'done',
  );
  try {
    return await Promise.race([result, late]);
  } finally {
    timer.abort();
  }
}

function failureOf(result: Settled): unknown[] {
  return typeof result === 'object' ? [result.error] : [];
}

/** Requests in flight end by themselves within `graceMs`; after that their connections are cut. */
async function closeHttp(
  app: NestFastifyApplication,
  unused: UnusedConnections | undefined,
  graceMs: number,
): Promise<void> {
  const server = app.getHttpServer();
  const force = setTimeout(() => server.closeAllConnections(), graceMs);
  // A connection that was busy when closing began would be kept alive after its answer.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    unused?.close();
  }, IDLE_SWEEP_MS);
  try {
    await app.getHttpAdapter().getInstance().close();
  } finally {
    clearTimeout(force);
    clearInterval(sweep);
  }
}
