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
   * In the current transaction. With a free place it is on its way as soon as that is committed; else, and while its
   * address is not known, it waits its turn.
   */
  async add(delivery: NewDelivery): Promise<void> {
    if (delivery.recipient !== '' && this.places.promise(delivery.id)) {
      await this.deliveries.addClaimed(delivery, CLAIM_MS, (claim) => this.places.take(claim));
    } else {
      await this.deliveries.add(delivery);
    }
  }
}
