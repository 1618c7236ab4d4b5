import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { NotifyShopper } from '../application/notify-shopper.use-case.js';
import { paymentReturned } from '../application/payment.announcements.js';
import { StorefrontLinks } from '../application/storefront-links.js';

/** Tells shoppers of what no order tells. */
@Injectable()
export class PaymentEventHandlers {
  constructor(
    private readonly notify: NotifyShopper,
    private readonly links: StorefrontLinks,
  ) {}

  @OnEvent('payment.refunded')
  async onRefunded(event: DomainEvent<'payment.refunded'>): Promise<void> {
    if (event.data.tellShopper !== true) return;
    await this.notify.execute(paymentReturned(event, this.links));
  }
}
