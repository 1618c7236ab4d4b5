import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '@vici/utils';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { IndexLog, LOG_START, type LogPositions, type LogStretch } from './index-log.js';
import { LoopSlices } from './loop-slices.js';
import { SerialLane } from './serial-lane.js';

const PAGE = 5_000;
const FAR_BEHIND = 20_000n;
/** What another replica has written is in this one's index after about so long. */
const LOOK_MS = 200;
const FRESH_MS = LOOK_MS / 2;

/** How many rows of each log were applied. */
export type Followed = Readonly<Record<keyof LogPositions, number>>;

/**
 * Keeps the index of this replica in step with the logs that all replicas write: every index is the whole one, built
 * from the same rows in the same order, whoever took an event from the bus.
 */
@Injectable()
export class IndexFollower implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #lane = new SerialLane();
  #positions: LogPositions = LOG_START;
  /** When it was last up to date, by the clock of the process. */
  #caughtUpAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    private readonly log: IndexLog,
    private readonly index: RecommendationIndex,
    private readonly slices: LoopSlices,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
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

  get positions(): LogPositions {
    return this.#positions;
  }

  /** Goes on from there: what comes before is in the index already. */
  resumeFrom(positions: LogPositions): void {
    this.#positions = positions;
  }

  /** Does `work` while nothing is applied. */
  async atRest<T>(work: () => Promise<T>): Promise<T> {
    return await this.#lane.run(work);
  }

  /**
   * Applies all that has been committed so far.
   * @throws what the log throws; what was applied stays so, and the next call goes on behind it
   */
  async catchUp(): Promise<Followed> {
    return await this.#lane.run(async () => {
      const asked = performance.now();
      const heads = await this.log.heads();
      const followed = {
        products: await this.#follow('products', heads, this.log.productsAfter, (change) => {
          if (change.kind === 'stored') this.index.putProduct(change.product);
          else this.index.removeProduct(change.id, change.version);
        }),
        stock: await this.#follow('stock', heads, this.log.stockAfter, ({ productId, available, at }) =>
          this.index.setStock(productId, available, at.getTime()),
        ),
        basketLines: await this.#follow('basketLines', heads, this.log.basketLinesAfter, (addition) =>
          this.index.addToBasket(addition.basketId, addition.productIds),
        ),
        interactions:
          (await this.#copyInteractions(heads)) +
          (await this.#follow('interactions', heads, this.log.interactionsAfter, (interaction) =>
            this.index.apply(interaction),
          )),
        erasures: await this.#follow('erasures', heads, this.log.erasuresAfter, (userId) =>
          this.index.shoppers.forget(userId),
        ),
      };
      this.#caughtUpAt = asked;
      return followed;
    });
  }

  /** Far behind, all interactions are read in one go. Gives the number of rows. */
  async #copyInteractions({ interactions: upTo }: LogPositions): Promise<number> {
    const after = this.#positions.interactions;
    if (upTo - after <= FAR_BEHIND) return 0;
    let count = 0;
    for await (const { rows, next } of this.log.interactionsUpTo(after, upTo)) {
      await this.slices.each(rows, (interaction) => this.index.apply(interaction));
      count += rows.length;
      this.#positions = { ...this.#positions, interactions: next };
    }
    return count;
  }

  /** Gives the number of rows. */
  async #follow<T>(
    name: keyof LogPositions,
    heads: LogPositions,
    read: (position: bigint, limit: number) => Promise<LogStretch<T>>,
    apply: (row: T) => void,
  ): Promise<number> {
    let count = 0;
    while (this.#positions[name] < heads[name]) {
      const { rows, next } = await read.call(this.log, this.#positions[name], PAGE);
      await this.slices.each(rows, apply);
      count += rows.length;
      if (count > PAGE) this.logger.info('Building the recommendation index', { [name]: count });
      this.#positions = { ...this.#positions, [name]: next ?? heads[name] };
    }
    return count;
  }

  /** While events of this replica's own bring it up to date all the time, nobody has to look for those of others. */
  async #look(): Promise<void> {
    if (performance.now() - this.#caughtUpAt < FRESH_MS) return;
    try {
      await this.catchUp();
    } catch (error) {
      this.logger.warn('The index cannot follow the log; it is tried again', { error });
    }
  }
}
