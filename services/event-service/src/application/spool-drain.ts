import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { checkpoint, Logger, Metrics } from '@vici/utils';
import { EventSpool, EventStream, KnownEvents, type SpooledBatch } from './ports.js';

const IDLE_MS = 200;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Publishes what waits on disk, in order, as soon as the bus takes it. */
@Injectable()
export class SpoolDrain implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly spool: EventSpool,
    private readonly stream: EventStream,
    private readonly known: KnownEvents,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'behaviour_spool_bytes',
      'Behaviour events that wait on disk for the bus, in bytes.',
      [],
      (gauge) => gauge.set(this.spool.size),
    );
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const batch = await this.spool.peek();
        if (batch === undefined) await this.wait(IDLE_MS);
        else {
          await this.publish(batch);
          await checkpoint('event-service.drained');
          await this.spool.shift();
        }
        failures = 0;
      } catch (error) {
        failures += 1;
        this.logger.warn('Events on disk could not be published; it is tried again', { error, failures });
        await this.wait(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
      }
    }
  }

  private async publish({ events, token }: SpooledBatch): Promise<void> {
    if (token !== undefined) {
      // Known as soon as it was on disk; published once, unless this process ended right after it.
      await this.stream.publish(events);
      await this.known.confirm(token);
      return;
    }
    const claim = await this.known.claim(events.map(({ id }) => id));
    await this.stream.publish(events.filter(({ id }) => claim.fresh.has(id)));
    await this.known.confirm(claim.token);
  }

  private async wait(ms: number): Promise<void> {
    try {
      await pause(ms, undefined, { signal: this.stopping.signal });
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    }
  }
}
