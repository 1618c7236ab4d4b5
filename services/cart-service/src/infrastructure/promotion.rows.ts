import { Money } from '@vici/utils';
import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Promotion, PromotionAction, PromotionRules } from '../domain/promotions/promotion.js';
import type { PromotionTable } from './cart.tables.js';

type PromotionRow = Selectable<PromotionTable>;
type RuleColumns = Omit<
  Insertable<PromotionTable>,
  'id' | 'used' | 'request_key' | 'created_at' | 'updated_at' | 'deleted_at'
>;

/** The columns of a promotion's rules. @param shopCurrency where no amount names one */
export function toColumns(
  rules: PromotionRules,
  shopCurrency: string,
): RuleColumns & Updateable<PromotionTable> {
  const { action, scope, minSubtotal } = rules;
  return {
    code: rules.code ?? null,
    name: rules.name,
    kind: action.kind,
    currency: action.kind === 'fixed' ? action.amount.currency : (minSubtotal?.currency ?? shopCurrency),
    basis_points: 'basisPoints' in action ? action.basisPoints : null,
    amount: action.kind === 'fixed' ? action.amount.minor : null,
    buy_quantity: action.kind === 'buy_x_get_y' ? action.buy : null,
    get_quantity: action.kind === 'buy_x_get_y' ? action.get : null,
    product_ids: [...scope.productIds],
    category_ids: [...scope.categoryIds],
    min_subtotal: minSubtotal?.minor ?? null,
    first_order: rules.firstOrder,
    starts_at: rules.startsAt ?? null,
    ends_at: rules.endsAt ?? null,
    usage_limit: rules.usageLimit ?? null,
    per_user_limit: rules.perUserLimit ?? null,
    exclusive: rules.exclusive,
    priority: rules.priority,
    active: rules.active,
  };
}

/** The promotion a row keeps. */
export function toPromotion(row: PromotionRow): Promotion {
  return {
    id: row.id,
    name: row.name,
    action: toAction(row),
    scope: { productIds: row.product_ids, categoryIds: row.category_ids },
    firstOrder: row.first_order,
    exclusive: row.exclusive,
    priority: row.priority,
    active: row.active,
    used: row.used,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.code !== null && { code: row.code }),
    ...(row.min_subtotal !== null && { minSubtotal: Money.of(row.min_subtotal, row.currency) }),
    ...(row.starts_at !== null && { startsAt: row.starts_at }),
    ...(row.ends_at !== null && { endsAt: row.ends_at }),
    ...(row.usage_limit !== null && { usageLimit: row.usage_limit }),
    ...(row.per_user_limit !== null && { perUserLimit: row.per_user_limit }),
  };
}

function toAction(row: PromotionRow): PromotionAction {
  const basisPoints = row.basis_points ?? 0;
  switch (row.kind) {
    case 'percentage':
      return { kind: 'percentage', basisPoints };
    case 'fixed':
      return { kind: 'fixed', amount: Money.of(row.amount ?? 0n, row.currency) };
    case 'free_shipping':
      return { kind: 'free_shipping' };
    case 'buy_x_get_y':
      return { kind: 'buy_x_get_y', buy: row.buy_quantity ?? 0, get: row.get_quantity ?? 0, basisPoints };
  }
}
