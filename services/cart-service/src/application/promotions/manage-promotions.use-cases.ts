import { Injectable } from '@nestjs/common';
import { type Page, type PageRequest, UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { Clock, currentCaller, currentContext, notFound } from '@vici/utils';
import { checkedRules, type Promotion, type PromotionRules } from '../../domain/promotions/promotion.js';
import { type PromotionFilter, PromotionRepository } from './promotion.repository.js';
import { PromotionSource } from './promotion-source.js';

/** Shows promotions to administrators. */
@Injectable()
export class FindPromotions {
  constructor(private readonly promotions: PromotionRepository) {}

  /** @throws DomainError NOT_FOUND */
  async one(id: string): Promise<Promotion> {
    const promotion = await this.promotions.find(id);
    if (promotion === undefined) throw notFound('Coupon', id);
    return promotion;
  }

  async page(filter: PromotionFilter, page: PageRequest): Promise<Page<Promotion>> {
    return await this.promotions.list(filter, page);
  }
}

/** Adds a promotion, once per idempotency key. */
@Injectable()
export class CreatePromotion {
  constructor(
    private readonly promotions: PromotionRepository,
    private readonly source: PromotionSource,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, ALREADY_EXISTS (the code) */
  async execute(rules: PromotionRules): Promise<Promotion> {
    const checked = checkedRules(rules);
    const key = currentContext()?.idempotencyKey;
    const requestKey = key === undefined ? undefined : `${currentCaller().userId ?? 'system'}:${key}`;
    const promotion = await this.unitOfWork.transaction(async () => {
      const made = await this.promotions.add(checked, this.clock.now(), requestKey);
      if (made.added) {
        const target = { type: 'coupon', id: made.promotion.id };
        await this.audit.record({ action: 'coupon.create', target, after: told(made.promotion) });
      }
      return made.promotion;
    });
    this.source.forget();
    return promotion;
  }
}

/** Changes a promotion's rules; what orders have used stays counted. */
@Injectable()
export class UpdatePromotion {
  constructor(
    private readonly promotions: PromotionRepository,
    private readonly source: PromotionSource,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, VALIDATION_FAILED, ALREADY_EXISTS (the code) */
  async execute(id: string, change: (rules: PromotionRules) => PromotionRules): Promise<Promotion> {
    const promotion = await this.unitOfWork.transaction(async () => {
      const before = await this.promotions.findLocked(id);
      if (before === undefined) throw notFound('Coupon', id);
      const after = await this.promotions.update(id, checkedRules(change(before)), this.clock.now());
      const target = { type: 'coupon', id };
      await this.audit.record({ action: 'coupon.update', target, before: told(before), after: told(after) });
      return after;
    });
    this.source.forget();
    return promotion;
  }
}

/** Takes a promotion away: it gives nothing any more; orders that used it keep their discount. */
@Injectable()
export class DeletePromotion {
  constructor(
    private readonly promotions: PromotionRepository,
    private readonly source: PromotionSource,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async execute(id: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const before = await this.promotions.findLocked(id);
      if (before === undefined) throw notFound('Coupon', id);
      await this.promotions.delete(id, this.clock.now());
      await this.audit.record({
        action: 'coupon.delete',
        target: { type: 'coupon', id },
        before: told(before),
      });
    });
    this.source.forget();
  }
}

/** A promotion as the audit log tells it. */
function told({ createdAt: _created, updatedAt: _updated, ...rules }: Promotion): Record<string, unknown> {
  return rules;
}
