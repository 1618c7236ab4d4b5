import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, currentContext, Metrics, newId, runInContext } from '@vici/utils';
import { LRUCache } from 'lru-cache';
import type { Counter } from 'prom-client';
import type { GatewayConfig } from '../gateway.config.js';
import type { ReadyAnswer } from '../routing/answer.js';

const MOST_BYTES = 32 * 1024 * 1024;
/** One answer loads for all who wait for it, so no single client's deadline counts. In milliseconds. */
const LOAD_TIMEOUT_MS = 2000;

/** A catalogue answer and, of a list, what was found: the gateway reports searches. */
export interface CatalogueAnswer {
  readonly answer: ReadyAnswer;
  readonly found?: { readonly total: number; readonly productIds: readonly string[] };
}

/**
 * Catalogue answers that are the same for everybody, as JSON ready to be sent. Kept for a moment
 * (CATALOGUE_CACHE_MS), within bounds, and dropped altogether when the catalogue or the stock changes. Requests for
 * the same answer share one load.
 */
@Injectable()
export class CatalogueCache {
  private readonly kept: LRUCache<string, CatalogueAnswer> | undefined;
  private readonly loading = new Map<string, Promise<CatalogueAnswer>>();
  private readonly lookups: Counter<string>;
  /** Grows with every change: what was loaded before one is not kept after it. */
  private generation = 0;

  constructor(@Inject(CONFIG) config: GatewayConfig, metrics: Metrics) {
    this.kept =
      config.CATALOGUE_CACHE_MS === 0
        ? undefined
        : new LRUCache({
            ttl: config.CATALOGUE_CACHE_MS,
            ttlResolution: 0,
            maxSize: MOST_BYTES,
            sizeCalculation: ({ answer }, key) => answer.body.length + key.length,
          });
    this.lookups = metrics.counter(
      'gateway_catalogue_cache_lookups_total',
      'Catalogue answers asked of the cache: kept, shared with a load under way, or loaded.',
      ['result'],
    );
  }

  /** The answer of `key`; where none is kept `load` makes it, as an anonymous shopper. */
  async answer(key: string, load: () => Promise<CatalogueAnswer>): Promise<CatalogueAnswer> {
    const kept = this.kept?.get(key);
    if (kept !== undefined) {
      this.lookups.inc({ result: 'kept' });
      return kept;
    }
    const shared = this.loading.get(key);
    this.lookups.inc({ result: shared === undefined ? 'loaded' : 'shared' });
    return await (shared ?? this.load(key, load));
  }

  /** Something changed: every answer is made anew. */
  clear(): void {
    this.generation += 1;
    this.kept?.clear();
    this.loading.clear();
  }

  private load(key: string, load: () => Promise<CatalogueAnswer>): Promise<CatalogueAnswer> {
    const { generation } = this;
    const start = performance.now();
    const context = {
      requestId: currentContext()?.requestId ?? newId(),
      caller: { role: 'anonymous' as const },
      deadline: Date.now() + LOAD_TIMEOUT_MS,
    };
    const loading = runInContext(context, load)
      .then((loaded) => {
        if (generation === this.generation) {
          this.kept?.set(key, loaded, { start });
        }
        return loaded;
      })
      .finally(() => {
        if (this.loading.get(key) === loading) {
          this.loading.delete(key);
        }
      });
    this.loading.set(key, loading);
    return loading;
  }
}
