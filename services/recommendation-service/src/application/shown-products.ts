import { Injectable } from '@nestjs/common';
import type { Product } from '@vici/proto-gen/product';
import { Clock, Logger, runInContext, systemContext } from '@vici/utils';
import { ProductSource } from './product-source.js';

/** Asked for again after so long, while what is known is still shown. */
const FRESH_MS = 1_000;
/** Older than this, it is not shown. */
const SHOWABLE_MS = 2_000;
/** Some two kilobytes each. */
const MAX_KEPT = 5_000;

interface Kept {
  /** Undefined: there is none that is active. */
  readonly product: Product | undefined;
  readonly readAt: number;
}

/**
 * Products as product-service tells of them, kept for a moment: the same few are in most lists. What has changed is
 * dropped as soon as its event is here.
 */
@Injectable()
export class ShownProducts {
  readonly #kept = new Map<string, Kept>();
  /** For each call on its way, what has changed since it began. */
  readonly #calls = new Set<Set<string>>();
  readonly #renewing = new Set<string>();

  constructor(
    private readonly source: ProductSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * The active ones of the products by id; one call at most.
   * @throws DomainError SERVICE_UNAVAILABLE while product-service is away and not all of them are known
   */
  async of(ids: readonly string[]): Promise<ReadonlyMap<string, Product>> {
    const now = this.clock.now().getTime();
    const ageOf = (id: string) => now - (this.#kept.get(id)?.readAt ?? Number.NEGATIVE_INFINITY);
    const found = new Map(
      ids.filter((id) => ageOf(id) < SHOWABLE_MS).map((id) => [id, this.#kept.get(id)?.product]),
    );
    const missing = ids.filter((id) => !found.has(id));
    for (const [id, product] of missing.length === 0 ? [] : await this.#read(missing)) found.set(id, product);
    this.#renew(ids.filter((id) => ageOf(id) >= FRESH_MS && found.has(id)));
    return new Map([...found].flatMap(([id, product]) => (product === undefined ? [] : [[id, product]])));
  }

  /** The product is not what it was. */
  forget(productId: string): void {
    this.#kept.delete(productId);
    for (const changed of this.#calls) changed.add(productId);
  }

  async #read(ids: readonly string[]): Promise<Map<string, Product | undefined>> {
    const changed = new Set<string>();
    this.#calls.add(changed);
    try {
      const products = new Map((await this.source.activeProducts(ids)).map((one) => [one.id, one]));
      const readAt = this.clock.now().getTime();
      for (const id of ids) if (!changed.has(id)) this.#keep(id, { product: products.get(id), readAt });
      return new Map(ids.map((id) => [id, products.get(id)]));
    } finally {
      this.#calls.delete(changed);
    }
  }

  /** Asks for them again, in the background; each once at a time. */
  #renew(ids: readonly string[]): void {
    const old = ids.filter((id) => !this.#renewing.has(id));
    if (old.length === 0) return;
    for (const id of old) this.#renewing.add(id);
    void runInContext(systemContext('recommendation-service'), () => this.#read(old))
      .catch((error: unknown) => this.logger.debug('Products not asked for ahead of time', { error }))
      .finally(() => {
        for (const id of old) this.#renewing.delete(id);
      });
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}
