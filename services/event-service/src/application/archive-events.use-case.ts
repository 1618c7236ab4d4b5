import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock } from '@vici/utils';
import { CountBehaviour } from './analytics/count-behaviour.js';
import type { BehaviourEvent } from './check-event.js';
import { IngestionGate } from './ingestion-gate.js';
import { EventArchive } from './ports.js';

/** How long the archive waits for a gap between the batches that are being taken in, each time. */
const GIVES_WAY_MS = 500;
/** Further behind than this it waits for nobody: figures are never older because of that. */
const MOST_BEHIND_MS = 30_000;

/**
 * Keeps what came by the bus, each event once, and counts it where it is new. The bus keeps what waits, so a burst is
 * answered first and archived behind it.
 */
@Injectable()
export class ArchiveEvents {
  constructor(
    private readonly archive: EventArchive,
    private readonly figures: CountBehaviour,
    private readonly unitOfWork: UnitOfWork,
    private readonly gate: IngestionGate,
    private readonly clock: Clock,
  ) {}

  /** @param events each id once */
  async execute(events: readonly BehaviourEvent[]): Promise<void> {
    if (this.isRecent(events)) await this.gate.idle(GIVES_WAY_MS);
    await this.archive.makeRoomFor(events);
    await this.unitOfWork.transaction(async () => {
      const fresh = await this.archive.store(events);
      await this.figures.count(events.filter(({ id }) => fresh.has(id)));
    });
  }

  private isRecent(events: readonly BehaviourEvent[]): boolean {
    const since = this.clock.now().getTime() - MOST_BEHIND_MS;
    return events.every(({ data }) => (data.receivedAt ?? data.timestamp) > since);
  }
}
