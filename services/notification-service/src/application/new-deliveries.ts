import { Injectable } from '@nestjs/common';
import type { NewDelivery } from '../domain/delivery.js';
import { CLAIM_MS, DeliveryRepository } from './delivery.repository.js';
import { SendingPlaces } from './sending-places.js';

/** Takes the deliveries that events make. */
@Injectable()
export class NewDeliveries {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly places: SendingPlaces,
  ) {}

  /**
   * In the current transaction. With a free place one is on its way as soon as that is committed; else, and while its
   * address is not known, it waits its turn.
   */
  async add(deliveries: readonly NewDelivery[]): Promise<void> {
    const taken: NewDelivery[] = [];
    const waiting: NewDelivery[] = [];
    for (const delivery of deliveries) {
      const goesAtOnce = delivery.recipient !== '' && this.places.promise(delivery.id);
      (goesAtOnce ? taken : waiting).push(delivery);
    }
    if (taken.length > 0)
      await this.deliveries.addClaimed(taken, CLAIM_MS, (claim) => this.places.take(claim));
    if (waiting.length > 0) await this.deliveries.add(waiting);
  }
}
