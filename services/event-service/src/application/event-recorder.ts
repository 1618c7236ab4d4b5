import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, checkpoint } from '@vici/utils';
import type { BehaviourEvent } from './check-event.js';
import { EventArchive } from './ports.js';
import type { Origin } from './submitted-event.js';

/** Keeps and publishes behaviour events, each id once. */
@Injectable()
export class EventRecorder {
  constructor(
    private readonly archive: EventArchive,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores and publishes, in one transaction, those of the events that are not known yet, in the given order.
   * @param events each id once
   * @returns the ids that were new
   * @throws DomainError SERVICE_UNAVAILABLE when the database cannot be reached
   */
  async record(events: readonly BehaviourEvent[], origin: Origin): Promise<ReadonlySet<string>> {
    if (events.length === 0) return new Set();
    return await this.unitOfWork.transaction(async () => {
      const receivedAt = this.clock.now();
      const ids = events.map((event) => event.id);
      const fresh = await this.archive.rememberNew(ids, receivedAt);
      const added = events.filter((event) => fresh.has(event.id));
      if (added.length > 0) {
        await this.archive.store(added, origin, receivedAt);
        await this.events.publish(...added);
        await checkpoint('event-service.recorded');
      }
      return fresh;
    });
  }
}
