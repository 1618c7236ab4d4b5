import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, currentContext, Logger, Metrics, newId, runInContext } from '@vici/utils';
import { LRUCache } from 'lru-cache';
import type { Counter } from 'prom-client';
import type { GatewayConfig } from '../gateway.config.js';
import { SharedAnswer } from '../routing/answer.js';
import { AnswerSource, type MadeAnswer } from './answer-source.js';
import type { CatalogueAnswer, Load } from './catalogue-answer.js';
import { RecentChanges } from './recent-changes.js';
import { SharedAnswersStore } from './shared-answers.store.js';

interface KeptAnswer {
  readonly found: CatalogueAnswer;
  /** When it is due to be made anew, in epoch milliseconds. */
  readonly dueAt: number;
  readonly load: Load;
}

const MOST_BYTES = 32 * 1024 * 1024;
/** One answer loads for all who wait for it, so no single client's deadline counts. In milliseconds. */
const LOAD_TIMEOUT_MS = 2000;
/** An answer that is due is given for so long while it is made anew: nobody waits for what others ask for too. */
const LENIENCE_MS = 500;
/** How long an answer is kept that may still show what was before a change. In milliseconds. */
const UNSETTLED_MS = 100;

/**
 * Catalogue answers that are the same for everybody, as JSON ready to be sent: in this process, and in Redis for all
 * gateways. An answer is given for CATALOGUE_CACHE_MS, then for half a second more while it is made anew; one that
 * shows a product is dropped at that product's event. Requests for the same answer share one load.
 */
@Injectable()
export class CatalogueCache {
  private readonly kept: LRUCache<string, KeptAnswer> | undefined;
  /** The keys of the kept answers by the products they show. */
  private readonly keysByProduct = new Map<string, Set<string>>();
  private readonly loading = new Map<string, Promise<CatalogueAnswer>>();
  private readonly changes = new RecentChanges();
  private readonly source: AnswerSource;
  private readonly freshMs: number;
  private readonly results: Readonly<Record<'kept' | 'due' | 'shared' | 'loaded', Counter.Internal>>;

  constructor(
    @Inject(CONFIG) config: GatewayConfig,
    store: SharedAnswersStore,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.freshMs = config.CATALOGUE_CACHE_MS;
    this.source = new AnswerSource(
      this.freshMs === 0 ? undefined : store,
      this.changes,
      {
        freshMs: this.freshMs,
        keptMs: this.freshMs + LENIENCE_MS,
      },
      metrics,
    );
    this.kept = this.freshMs === 0 ? undefined : this.createStore();
    const lookups = metrics.counter(
      'gateway_catalogue_cache_lookups_total',
      'Catalogue answers asked of the cache: kept, kept but due, shared with a load under way, or loaded.',
      ['result'],
    );
    const result = (name: string) => lookups.labels({ result: name });
    this.results = {
      kept: result('kept'),
      due: result('due'),
      shared: result('shared'),
      loaded: result('loaded'),
    };
  }

  /**
   * The answer of `key`; where none is kept `load` makes it, as an anonymous shopper.
   * @param whenServed learns of everybody who is given the answer
   */
  async shared(
    key: string,
    load: Load,
    whenServed?: (found: CatalogueAnswer) => void,
  ): Promise<SharedAnswer> {
    return SharedAnswer.of(await this.answer(key, load), () => this.find(key), whenServed);
  }

  private async answer(key: string, load: Load): Promise<CatalogueAnswer> {
    const kept = this.find(key);
    if (kept !== undefined) {
      return kept;
    }
    const shared = this.loading.get(key);
    this.results[shared === undefined ? 'loaded' : 'shared'].inc();
    return await (shared ?? this.load(key, load));
  }

  /** What is kept of `key`. One that is due is given once more while it is made anew. */
  private find(key: string): CatalogueAnswer | undefined {
    const kept = this.kept?.get(key);
    if (kept === undefined) {
      return undefined;
    }
    if (Date.now() < kept.dueAt) {
      this.results.kept.inc();
      return kept.found;
    }
    this.results.due.inc();
    if (!this.loading.has(key)) {
      this.load(key, kept.load).catch((error: unknown) => {
        // Until it is too old the answer is given on; whoever asks then is told of the failure.
        this.logger.warn('A catalogue answer could not be made anew.', { error });
      });
    }
    return kept.found;
  }

  /** A product changed: no answer that shows it is given any more, and none that was on its way is kept. */
  productChanged(productId: string): void {
    this.changes.note(productId);
    this.loading.clear();
    for (const key of [...(this.keysByProduct.get(productId) ?? [])]) {
      this.kept?.delete(key);
    }
  }

  private load(key: string, load: Load): Promise<CatalogueAnswer> {
    const context = {
      requestId: currentContext()?.requestId ?? newId(),
      caller: { role: 'anonymous' as const },
      deadline: Date.now() + LOAD_TIMEOUT_MS,
    };
    const loading = runInContext(context, () => this.source.obtain(key, load))
      .then((made) => {
        this.keep(key, made, load);
        return made.found;
      })
      .finally(() => {
        if (this.loading.get(key) === loading) {
          this.loading.delete(key);
        }
      });
    this.loading.set(key, loading);
    return loading;
  }

  private keep(key: string, { found, madeAt }: MadeAnswer, load: Load): void {
    if (this.kept === undefined || this.changes.spoils(madeAt, found.shows)) {
      return;
    }
    const isSettled = this.changes.isSettled(madeAt, found.shows);
    const dueAt = madeAt + (isSettled ? this.freshMs : UNSETTLED_MS);
    const ttl = dueAt + (isSettled ? LENIENCE_MS : 0) - Date.now();
    if (ttl <= 0) {
      return;
    }
    this.kept.set(key, { found, dueAt, load }, { ttl });
    if (this.kept.has(key)) {
      for (const productId of found.shows) {
        const keys = this.keysByProduct.get(productId) ?? new Set();
        this.keysByProduct.set(productId, keys.add(key));
      }
    }
  }

  private createStore(): LRUCache<string, KeptAnswer> {
    return new LRUCache({
      // Each answer brings its own; what has outlived it is removed when it is asked for, or pushed out by others.
      ttl: this.freshMs + LENIENCE_MS,
      ttlResolution: 0,
      maxSize: MOST_BYTES,
      sizeCalculation: ({ found }, key) => found.answer.body.length + key.length,
      dispose: ({ found }, key) => this.forget(key, found.shows),
    });
  }

  private forget(key: string, shows: readonly string[]): void {
    for (const productId of shows) {
      const keys = this.keysByProduct.get(productId);
      keys?.delete(key);
      if (keys?.size === 0) {
        this.keysByProduct.delete(productId);
      }
    }
  }
}
