import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { type DomainEvent, EventPublisher } from '@vici/events';
import { AskedTogether } from '@vici/utils';
import { type Acceptance, DeliveryRepository } from './delivery.repository.js';

/** A delivery that its receiver has accepted, and what tells the others so. */
interface Told extends Acceptance {
  readonly event: DomainEvent<'notification.sent'>;
}

/** Writes down what was accepted; what is accepted while that is done commits together. */
@Injectable()
export class Acceptances {
  readonly #notes = new AskedTogether<Told, boolean>((accepted) =>
    this.unitOfWork.transaction(() => this.noteAll(accepted)),
  );

  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
  ) {}

  /** Resolves when it is committed that the delivery was accepted; false when that was noted before. */
  note(accepted: Told): Promise<boolean> {
    return this.#notes.ask(accepted);
  }

  private async noteAll(accepted: readonly Told[]): Promise<ReadonlyMap<Told, boolean>> {
    const noted = new Set(await this.deliveries.markSent(accepted));
    // Of two that hold the same delivery the first has noted it.
    const outcomes = new Map(accepted.map((each) => [each, noted.delete(each.delivery.id)]));
    const news = accepted.filter((each) => outcomes.get(each) === true);
    if (news.length > 0) await this.events.publish(...news.map(({ event }) => event));
    return outcomes;
  }
}
