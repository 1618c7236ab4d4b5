import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent, OnEvents } from '@vici/events';
import { isUuid } from '@vici/utils';
import { SessionLinks } from '../application/ports.js';
import { RecordPurchase } from '../application/record-purchase.use-case.js';

/** Learns from orders what was bought and from sign-ins whose session it is. */
@Injectable()
export class ShopEventHandlers {
  constructor(
    private readonly recordPurchase: RecordPurchase,
    private readonly sessions: SessionLinks,
  ) {}

  @OnEvents('order.confirmed')
  async onOrderConfirmed(events: DomainEvent<'order.confirmed'>[]): Promise<void> {
    await this.recordPurchase.execute(
      events.map(({ data }) => ({ order: data.order, confirmedAt: new Date(data.occurredAt) })),
    );
  }

  /** Events already published stay a guest's; the link lets them be counted as the user's later on. */
  @OnEvent('user.logged_in')
  async onLoggedIn({ data }: DomainEvent<'user.logged_in'>): Promise<void> {
    const { shopperSessionId, userId, loggedInAt } = data;
    if (shopperSessionId === undefined || !isUuid(shopperSessionId)) return;
    await this.sessions.link(shopperSessionId, userId, new Date(loggedInAt));
  }
}
