import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, checkpoint, DomainError, newId } from '@vici/utils/domain';
import { assertRoomForItem, type WishlistItem } from '../domain/wishlist.js';
import { Catalogue, type CatalogueEntry } from './catalogue.js';
import { WishlistRepository } from './wishlist.repository.js';

/** An item with what the catalogue says of its product now. */
export interface ListedItem extends WishlistItem {
  readonly product: CatalogueEntry;
}

/** A shopper's wishlist. It keeps which products, never what they cost: that is asked each time. */
@Injectable()
export class Wishlist {
  constructor(
    private readonly items: WishlistRepository,
    private readonly catalogue: Catalogue,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * The newest first. What is no longer sold is left out, but kept: it is back when it is sold again.
   * @throws DomainError SERVICE_UNAVAILABLE while the catalogue cannot be asked
   */
  async list(userId: string): Promise<ListedItem[]> {
    const items = await this.items.list(userId);
    if (items.length === 0) return [];
    const products = await this.catalogue.sold(items.map(({ productId }) => productId));
    return items.flatMap((item) => {
      const product = products.get(item.productId);
      return product === undefined ? [] : [{ ...item, product }];
    });
  }

  /**
   * Adds a product; one that is there already stays the item it is.
   * @throws DomainError PRODUCT_UNAVAILABLE, LIMIT_EXCEEDED, SERVICE_UNAVAILABLE
   */
  async add(userId: string, productId: string): Promise<{ item: ListedItem; added: boolean }> {
    const product = (await this.catalogue.sold([productId])).get(productId);
    if (product === undefined) {
      throw new DomainError('PRODUCT_UNAVAILABLE', 'This product is not sold.', { productId });
    }
    const { item, added } = await this.unitOfWork.transaction(async () => {
      const count = await this.items.lockList(userId);
      const known = await this.items.find(userId, productId);
      if (known !== undefined) return { item: known, added: false };
      assertRoomForItem(count);
      await checkpoint('user.wishlist-add');
      const item = { id: newId<'WishlistItem'>(), userId, productId, addedAt: this.clock.now() };
      await this.items.insert(item);
      return { item, added: true };
    });
    return { item: { ...item, product }, added };
  }

  /** Whether the product was there to remove; the catalogue is not asked. */
  async remove(userId: string, productId: string): Promise<boolean> {
    return await this.items.delete(userId, productId);
  }
}
