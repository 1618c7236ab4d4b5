import { Injectable } from '@nestjs/common';
import { checkpoint, isDomainError, Logger, Metrics } from '@vici/utils';
import type { Counter } from 'prom-client';
import type { BehaviourEvent } from './check-event.js';
import { type Claim, EventSpool, EventStream, KnownEvents } from './ports.js';

/**
 * Makes checked events durable, each id once: on the bus, or on this machine's disk while the bus is away or still owes
 * older events. Nothing is kept in memory alone.
 */
@Injectable()
export class EventIntake {
  private readonly kept: Counter<string>;

  constructor(
    private readonly known: KnownEvents,
    private readonly stream: EventStream,
    private readonly spool: EventSpool,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.kept = metrics.counter(
      'behaviour_batches_kept_total',
      'Batches of behaviour events made durable, by where.',
      ['where'],
    );
  }

  /**
   * @param events each id once
   * @returns the ids that were new; all of them where nobody could be asked
   * @throws DomainError SERVICE_UNAVAILABLE when they can be kept nowhere
   */
  async accept(events: readonly BehaviourEvent[]): Promise<ReadonlySet<string>> {
    const claim = await this.claim(events.map(({ id }) => id));
    const fresh = claim === undefined ? events : events.filter(({ id }) => claim.fresh.has(id));
    if (fresh.length > 0 && !(claim !== undefined && (await this.publish(fresh))))
      await this.keep(fresh, claim);
    if (claim !== undefined && fresh.length > 0) await this.confirm(claim.token);
    return new Set(fresh.map(({ id }) => id));
  }

  private async claim(ids: readonly string[]): Promise<Claim | undefined> {
    try {
      return await this.known.claim(ids);
    } catch (error) {
      // Somebody is publishing one of them and takes long: the client has to ask again.
      if (isDomainError(error)) throw error;
      this.logger.warn('Nobody can tell whether events are new; they are kept on disk', { error });
      return undefined;
    }
  }

  /** Whether the events are on the bus. While older ones wait on disk they have to wait behind them. */
  private async publish(events: readonly BehaviourEvent[]): Promise<boolean> {
    if (!this.spool.isEmpty) return false;
    try {
      await this.stream.publish(events);
      await checkpoint('event-service.published');
      this.kept.inc({ where: 'bus' });
      return true;
    } catch (error) {
      this.logger.warn('Events could not be published; they are kept on disk', { error });
      return false;
    }
  }

  private async keep(events: readonly BehaviourEvent[], claim: Claim | undefined): Promise<void> {
    try {
      await this.spool.add({ events, token: claim?.token });
      this.kept.inc({ where: 'disk' });
      await checkpoint('event-service.spooled');
    } catch (error) {
      if (claim !== undefined) await this.abandon(claim.token);
      throw error;
    }
  }

  /** The events are durable by now: a claim that cannot be confirmed runs out, and at worst they are published again. */
  private async confirm(token: string): Promise<void> {
    try {
      await this.known.confirm(token);
    } catch (error) {
      this.logger.warn('Published events could not be noted as known', { error });
    }
  }

  private async abandon(token: string): Promise<void> {
    try {
      await this.known.abandon(token);
    } catch (error) {
      this.logger.warn('A claim could not be given up; it runs out by itself', { error });
    }
  }
}
