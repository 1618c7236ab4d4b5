import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { ContactRepository } from '../application/contact.repository.js';
import { NotifyShopper } from '../application/notify-shopper.use-case.js';
import { backInStock, stockLow } from '../application/stock.announcements.js';
import { StockWatchRepository } from '../application/stock-watch.repository.js';
import { StorefrontLinks } from '../application/storefront-links.js';

/** Tells the staff what runs out, and shoppers what is back. */
@Injectable()
export class StockEventHandlers {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly watches: StockWatchRepository,
    private readonly notify: NotifyShopper,
    private readonly links: StorefrontLinks,
  ) {}

  @OnEvent('stock.low')
  async onLow(event: DomainEvent<'stock.low'>): Promise<void> {
    for (const userId of await this.contacts.administrators()) {
      await this.notify.execute(stockLow(event, userId, this.links));
    }
  }

  @OnEvent('stock.replenished')
  async onReplenished(event: DomainEvent<'stock.replenished'>): Promise<void> {
    const { productId } = event.data;
    const product = await this.watches.productOf(productId);
    if (product === undefined) return;
    for (const userId of await this.watches.take(productId)) {
      await this.notify.execute(backInStock(event, product, userId, this.links));
    }
  }

  @OnEvent('product.created', 'product.updated')
  async onProduct({ data }: DomainEvent<'product.created' | 'product.updated'>): Promise<void> {
    const { productId, name, slug } = data;
    await this.watches.nameProduct(productId, { name, slug });
  }
}
