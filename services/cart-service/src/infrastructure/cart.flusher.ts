import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, CONFIG, checkpoint, Logger, Metrics, REDIS, type Redis } from '@vici/utils';
import { CartArchive } from '../application/ports.js';
import type { CartConfig } from '../cart.config.js';
import type { Cart } from '../domain/cart.entity.js';
import { type CartOwner, ownerName } from '../domain/cart-owner.js';
import { decodeCart } from './cart.codec.js';
import { CartDirtyList } from './cart.dirty-list.js';
import { keyOf } from './redis-cart.repository.js';

const BATCH = 500;
const CLEANUP_INTERVAL_MS = 60 * 60_000;
const DAY_MS = 86_400_000;
const SERVICE = { service: 'cart-service' } as const;

/** What Redis holds of some owners; of some it may tell nothing at the moment. */
interface FoundCarts {
  readonly carts: readonly Cart[];
  readonly gone: readonly CartOwner[];
}

/**
 * Writes changed carts to Postgres, so that a Redis loss costs at most the last moments. Several replicas may flush the
 * same cart: the archive keeps the newest version.
 */
@Injectable()
export class CartFlusher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #flushing: BackgroundLoop;
  readonly #cleaning: BackgroundLoop;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly dirty: CartDirtyList,
    private readonly archive: CartArchive,
    private readonly logger: Logger,
    metrics: Metrics,
    @Inject(CONFIG) private readonly config: CartConfig,
  ) {
    metrics.gauge(
      'carts_unsaved',
      'Carts changed since they were last written to Postgres',
      [],
      async (gauge) => {
        gauge.set(await dirty.size());
      },
    );
    const everyMs = config.CART_FLUSH_INTERVAL_MS;
    // What fails stays marked: the next round tries again.
    this.#flushing = new BackgroundLoop(
      { ...SERVICE, name: 'the saving of carts', everyMs, firstAfterMs: everyMs, run: () => this.flush() },
      logger,
    );
    this.#cleaning = new BackgroundLoop(
      {
        ...SERVICE,
        name: 'the removal of old guest carts',
        everyMs: CLEANUP_INTERVAL_MS,
        firstAfterMs: CLEANUP_INTERVAL_MS,
        run: (stopping) => this.removeOldGuests(stopping),
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.#flushing.start();
    this.#cleaning.start();
  }

  /** Saves what is left; what cannot be saved now stays marked for the next start. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.#flushing.stop(), this.#cleaning.stop()]);
    try {
      await this.flush();
    } catch (error) {
      this.logger.error('Carts could not be written to Postgres', { error });
    }
  }

  /**
   * Saves the carts that are marked when it begins. What is marked meanwhile waits for the next flush: under load there
   * would be no end, nor with a mark whose change never reached its cart.
   */
  async flush(): Promise<void> {
    for (let left = await this.dirty.size(); left > 0; left -= BATCH) {
      const owners = await this.dirty.some(BATCH);
      if (owners.length > 0) await this.saveAll(owners);
    }
  }

  private async saveAll(owners: readonly CartOwner[]): Promise<void> {
    let found: FoundCarts = { carts: [], gone: [] };
    await this.archive.save(async () => {
      found = await this.cartsOf(owners);
      await checkpoint('cart.flush-read');
      return found.carts;
    });
    await this.dirty.saved(found.carts);
    await this.dirty.gone(found.gone);
  }

  private async cartsOf(owners: readonly CartOwner[]): Promise<FoundCarts> {
    const pipeline = this.redis.pipeline();
    for (const owner of owners) pipeline.hget(keyOf(owner), 'cart');
    const replies = (await pipeline.exec()) ?? [];
    const carts: Cart[] = [];
    const gone: CartOwner[] = [];
    for (const [index, owner] of owners.entries()) {
      const text = replies[index]?.[1];
      const cart = typeof text === 'string' ? this.readable(owner, text) : undefined;
      if (cart === undefined && text !== undefined) gone.push(owner);
      // Nothing was ever put into a cart without a version: it may stand where one was erased.
      if (cart !== undefined && cart.version > 0) carts.push(cart);
    }
    return { carts, gone };
  }

  /** One cart that cannot be read must not keep the others from being saved. */
  private readable(owner: CartOwner, text: string): Cart | undefined {
    try {
      return decodeCart(text);
    } catch (error) {
      this.logger.error('A cart in Redis cannot be read and is not saved', {
        // The session of a guest is the key to the cart: it is nobody else's to read.
        owner: owner.kind === 'user' ? ownerName(owner) : owner.kind,
        error,
      });
      return undefined;
    }
  }

  /** Guest carts that Redis has let go by now need no copy either. */
  async removeOldGuests(stopping?: AbortSignal): Promise<void> {
    const before = new Date(Date.now() - this.config.GUEST_CART_TTL_DAYS * DAY_MS);
    let removed = 1;
    while (removed > 0 && stopping?.aborted !== true) removed = await this.archive.removeGuests(before);
  }
}
