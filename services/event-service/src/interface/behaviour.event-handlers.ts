import { Injectable } from '@nestjs/common';
import { BEHAVIOUR_TYPES, type BehaviourType, type DomainEvent, OnEventBatch } from '@vici/events';
import { ArchiveEvents } from '../application/archive-events.use-case.js';

const MAX_BATCH = 1_000;
/** Nobody waits for the archive. */
const GATHER_MS = 100;

/** Takes behaviour events from the bus into the archive. */
@Injectable()
export class BehaviourEventHandlers {
  constructor(private readonly archiveEvents: ArchiveEvents) {}

  /** The archive knows its events by their ids, so there is no inbox to keep beside it. */
  @OnEventBatch(
    { topics: ['user-events'], maxBatch: MAX_BATCH, gatherMs: GATHER_MS, idempotent: true },
    ...BEHAVIOUR_TYPES,
  )
  async archive(events: DomainEvent<BehaviourType>[]): Promise<void> {
    await this.archiveEvents.execute(events);
  }
}
