import { Inject, Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, CONFIG, checkpoint, Metrics } from '@vici/utils';
import type { Counter } from 'prom-client';
import type { CartConfig } from '../../cart.config.js';
import { type Cart, contentOf } from '../../domain/cart.entity.js';
import type { PricedCart } from '../../domain/priced-cart.js';
import { CartPricing } from '../cart-pricing.js';
import { CartRepository } from '../ports.js';
import { AbandonedCartRepository, type IdleCart } from './abandoned-cart.repository.js';
import { hashOfToken, newRestoreToken } from './restore-token.js';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** Carts left longer ago than this are forgotten rather than recalled, after a long standstill for example. */
const OLDEST_DAYS = 7;
/** A reminder's link works so long. */
const LINK_DAYS = 30;

/**
 * Finds carts their shoppers have left behind and tells of each state of a cart once, however many processes look at
 * once: whoever notes the cart as looked at, in the transaction of the event, tells.
 */
@Injectable()
export class ReportAbandonedCarts {
  private readonly abandoned: Counter<string>;

  constructor(
    private readonly repository: AbandonedCartRepository,
    private readonly carts: CartRepository,
    private readonly pricing: CartPricing,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: CartConfig,
    metrics: Metrics,
  ) {
    this.abandoned = metrics.counter('carts_abandoned_total', 'Carts that were reported as abandoned', []);
  }

  /** Looks at up to `limit` idle carts; gives how many there were. */
  async execute(limit: number): Promise<number> {
    const now = this.clock.now().getTime();
    const before = new Date(now - this.config.CART_ABANDONED_AFTER_SECONDS * SECOND_MS);
    const idle = await this.repository.idle(new Date(now - OLDEST_DAYS * DAY_MS), before, limit);
    for (const one of idle) await this.consider(one);
    return idle.length;
  }

  private async consider({ cart, abandonedContent }: IdleCart): Promise<void> {
    const { version } = await this.carts.find(cart.owner);
    // The shopper is back; the copy this was found in is about to follow.
    if (version > cart.version) return;
    const content = contentOf(cart);
    const priced = content === abandonedContent ? undefined : await this.pricing.price(cart);
    const sold = priced?.lines.some(({ offer }) => offer !== undefined) === true;
    await checkpoint('cart.abandoned-found');
    if (priced === undefined || !sold) await this.repository.claim(cart);
    else if (await this.tell(priced, content)) this.abandoned.inc();
  }

  private async tell(priced: PricedCart, content: string): Promise<boolean> {
    const { cart } = priced;
    const { owner } = cart;
    if (owner.kind !== 'user') return false;
    const token = newRestoreToken();
    return await this.unitOfWork.transaction(async () => {
      if (!(await this.repository.claim(cart, content))) return false;
      await this.repository.addRestore(this.restoreOf(cart, owner.userId, token));
      await this.events.publish(this.eventOf(priced, owner.userId, token));
      return true;
    });
  }

  private restoreOf({ id, lines }: Cart, userId: string, token: string) {
    const expiresAt = new Date(this.clock.now().getTime() + LINK_DAYS * DAY_MS);
    return { tokenHash: hashOfToken(token), userId, cartId: id, lines, expiresAt };
  }

  private eventOf({ cart, lines, subtotal }: PricedCart, userId: string, restoreToken: string) {
    return createEvent('cart.abandoned', {
      subject: cart.id,
      data: {
        cartId: cart.id,
        userId,
        occurredAt: this.clock.now().toISOString(),
        subtotal: { amountMinor: Number(subtotal.minor), currency: subtotal.currency },
        items: lines.flatMap(({ productId, quantity, offer }) =>
          offer === undefined ? [] : [{ productId, name: offer.name, image: offer.image, quantity }],
        ),
        restoreToken,
      },
    });
  }
}
