import { Injectable } from '@nestjs/common';
import { EventPublisher } from '@vici/events';
import { Clock } from '@vici/utils/domain';
import type { Order } from '../../domain/order.entity.js';
import type { Refund } from '../../domain/refund.js';
import type { Return } from '../../domain/return.entity.js';
import { returnUpdatedEvent } from '../order-events.js';
import { ReturnRepository } from '../ports/return.repository.js';

/** Writes down each step of a return together with its event. Call it in a transaction, with the order locked. */
@Injectable()
export class ReturnLedger {
  constructor(
    private readonly returns: ReturnRepository,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** The shopper has asked for it. */
  async requested(order: Order, asked: Return): Promise<void> {
    await this.returns.insert(asked);
    await this.events.publish(returnUpdatedEvent(order, asked));
  }

  /** The staff have decided on it. */
  async advanced(order: Order, changed: Return): Promise<void> {
    await this.returns.update(changed);
    await this.events.publish(returnUpdatedEvent(order, changed));
  }

  /** Its money has gone back; nothing happens for a refund that is of no return. */
  async refunded(order: Order, { returnId, amount }: Refund): Promise<void> {
    const sentBack = returnId === undefined ? undefined : await this.returns.find(returnId);
    if (sentBack !== undefined) {
      sentBack.settle(amount, this.clock.now());
      await this.advanced(order, sentBack);
    }
  }
}
