import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { CountBehaviour } from './analytics/count-behaviour.js';
import type { BehaviourEvent } from './check-event.js';
import { EventArchive } from './ports.js';

/** Keeps what came by the bus, each event once, and counts it where it is new. */
@Injectable()
export class ArchiveEvents {
  constructor(
    private readonly archive: EventArchive,
    private readonly figures: CountBehaviour,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @param events each id once */
  async execute(events: readonly BehaviourEvent[]): Promise<void> {
    await this.archive.makeRoomFor(events);
    await this.unitOfWork.transaction(async () => {
      const fresh = await this.archive.store(events);
      await this.figures.count(events.filter(({ id }) => fresh.has(id)));
    });
  }
}
