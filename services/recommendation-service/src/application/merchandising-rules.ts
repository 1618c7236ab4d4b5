import { Injectable } from '@nestjs/common';
import { Clock, Logger } from '@vici/utils';
import { isInForce, type ListPlace, type MerchandisingRule } from '../domain/merchandising.js';
import { MerchandisingRepository } from './merchandising.repository.js';

/** A change made by another replica is seen after this. */
const FRESH_MS = 5_000;

/** The rules in force, kept in memory: lists are made far more often than rules. */
@Injectable()
export class MerchandisingRules {
  #rules: readonly MerchandisingRule[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly repository: MerchandisingRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** For one list; while the database is away, the rules known last. */
  async for(place: ListPlace): Promise<readonly MerchandisingRule[]> {
    if (this.clock.now().getTime() - this.#readAt >= FRESH_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    return this.#rules.filter((rule) => isInForce(rule, place));
  }

  /** Has them read again at once: they have changed. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async #read(): Promise<void> {
    const now = this.clock.now().getTime();
    try {
      this.#rules = await this.repository.list();
    } catch (error) {
      this.logger.warn('Merchandising rules not read; those known last stay in force', { error });
    }
    this.#readAt = now;
  }
}
