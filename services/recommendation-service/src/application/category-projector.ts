import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Logger, runInContext, systemContext } from '@vici/utils';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { ListAuthority } from './list-authority.js';
import { listKeys } from './list-keys.js';
import { ListStore, type ListWrite } from './list-store.js';
import { ProductSource } from './product-source.js';

const LOOK_MS = 5_000;
const RETRY_MS = 60_000;
/** The hashes live a day. */
const REFRESH_MS = 12 * 3_600_000;

/** Keeps the categories in Redis: asked from product-service when products show a category not seen before. */
@Injectable()
export class CategoryProjector implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #written = 0;
  #refreshAt = 0;
  #notBefore = 0;

  constructor(
    private readonly index: RecommendationIndex,
    private readonly products: ProductSource,
    private readonly store: ListStore,
    private readonly authority: ListAuthority,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.authority.writes) return;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, LOOK_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const now = this.clock.now().getTime();
    const { size } = this.index.catalogue.categories;
    const changed = size !== this.#written || now >= this.#refreshAt;
    if (size === 0 || !changed || now < this.#notBefore) return;
    try {
      await this.#write();
      this.#written = size;
      this.#refreshAt = now + REFRESH_MS;
    } catch (error) {
      this.#notBefore = now + RETRY_MS;
      this.logger.warn('Categories not written; it is tried again later', { error });
    }
  }

  async #write(): Promise<void> {
    const context = systemContext('recommendation-service');
    const categories = await runInContext(context, () => this.products.categories());
    const writes = categories.map(
      ({ id, name, slug }): ListWrite => ({
        type: 'hash',
        ...listKeys.category(id),
        fields: { id, name, slug },
      }),
    );
    await this.store.write(writes);
  }
}
