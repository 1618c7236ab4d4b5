import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { cartAbandoned } from '../application/cart.announcements.js';
import { ContactRepository } from '../application/contact.repository.js';
import { NotifyShopper } from '../application/notify-shopper.use-case.js';
import { StorefrontLinks } from '../application/storefront-links.js';

/** Reminds shoppers of carts left behind, those who have agreed to such mails. */
@Injectable()
export class CartEventHandlers {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly notify: NotifyShopper,
    private readonly links: StorefrontLinks,
  ) {}

  @OnEvent('cart.abandoned')
  async onAbandoned(event: DomainEvent<'cart.abandoned'>): Promise<void> {
    if (!(await this.contacts.hasAgreedToMarketing(event.data.userId))) return;
    await this.notify.execute(cartAbandoned(event, this.links));
  }
}
