import { Injectable } from '@nestjs/common';
import type { BehaviourEvent } from './check-event.js';
import { EventArchive } from './ports.js';

/** Keeps what came by the bus, each event once. */
@Injectable()
export class ArchiveEvents {
  constructor(private readonly archive: EventArchive) {}

  /** @param events each id once */
  async execute(events: readonly BehaviourEvent[]): Promise<void> {
    await this.archive.store(events);
  }
}
