import {
  type Promotion as PromotionMessage,
  PromotionType,
  type PromotionRules as RulesMessage,
} from '@vici/proto-gen/cart';
import { invalidField, invalidFields, Money, parseId } from '@vici/utils';
import {
  normaliseCode,
  type Promotion,
  type PromotionAction,
  type PromotionRules,
} from '../domain/promotions/promotion.js';

type MoneyMessage = NonNullable<RulesMessage['amount']>;

/** A promotion as the contract tells it. */
export function toPromotionMessage(promotion: Promotion): PromotionMessage {
  const { id, used, createdAt, updatedAt } = promotion;
  return { id, rules: toRulesMessage(promotion), usageCount: used, createdAt, updatedAt };
}

/** The rules as the contract tells them. */
export function toRulesMessage({ action, scope, minSubtotal, ...rules }: PromotionRules): RulesMessage {
  return {
    code: rules.code,
    name: rules.name,
    type: TYPES[action.kind],
    basisPoints: 'basisPoints' in action ? action.basisPoints : 0,
    amount: action.kind === 'fixed' ? toMoney(action.amount) : undefined,
    buyQuantity: action.kind === 'buy_x_get_y' ? action.buy : 0,
    getQuantity: action.kind === 'buy_x_get_y' ? action.get : 0,
    productIds: [...scope.productIds],
    categoryIds: [...scope.categoryIds],
    minSubtotal: minSubtotal && toMoney(minSubtotal),
    firstOrder: rules.firstOrder,
    startsAt: rules.startsAt,
    endsAt: rules.endsAt,
    usageLimit: rules.usageLimit,
    perUserLimit: rules.perUserLimit,
    exclusive: rules.exclusive,
    priority: rules.priority,
    active: rules.active,
  };
}

/** The rules of a message. @throws DomainError VALIDATION_FAILED */
export function toRules(message: RulesMessage | undefined): PromotionRules {
  if (message === undefined) throw invalidField('rules', 'is required');
  const { code, name, minSubtotal, startsAt, endsAt, usageLimit, perUserLimit } = message;
  return {
    name: name.trim(),
    action: toAction(message),
    scope: {
      productIds: message.productIds.map((id) => parseId<'Product'>(id, 'productIds')),
      categoryIds: message.categoryIds.map((id) => parseId<'Category'>(id, 'categoryIds')),
    },
    firstOrder: message.firstOrder,
    exclusive: message.exclusive,
    priority: message.priority,
    active: message.active,
    ...(code !== undefined && code.trim() !== '' && { code: normaliseCode(code) }),
    ...(minSubtotal !== undefined && { minSubtotal: fromMoney(minSubtotal, 'minSubtotal') }),
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    ...(usageLimit !== undefined && { usageLimit }),
    ...(perUserLimit !== undefined && { perUserLimit }),
  };
}

const FIELDS = [
  'code',
  'name',
  'type',
  'basisPoints',
  'amount',
  'buyQuantity',
  'getQuantity',
  'productIds',
  'categoryIds',
  'minSubtotal',
  'firstOrder',
  'startsAt',
  'endsAt',
  'usageLimit',
  'perUserLimit',
  'exclusive',
  'priority',
  'active',
] as const satisfies readonly (keyof RulesMessage)[];

/**
 * The rules with the named fields of a message; a named one the message lacks is removed.
 * @throws DomainError VALIDATION_FAILED naming a field that is none, or badly set
 */
export function withFields(
  rules: PromotionRules,
  message: RulesMessage | undefined,
  fields: readonly string[],
): PromotionRules {
  const unknown = fields.filter((field) => !FIELDS.some((known) => known === field));
  if (unknown.length > 0) {
    throw invalidFields(unknown.map((field) => ({ field, message: 'is not a rule of a promotion' })));
  }
  if (message === undefined) throw invalidField('rules', 'is required');
  const named = FIELDS.filter((field) => fields.includes(field));
  return toRules({
    ...toRulesMessage(rules),
    ...Object.fromEntries(named.map((field) => [field, message[field]])),
  });
}

const TYPES = {
  percentage: PromotionType.PERCENTAGE,
  fixed: PromotionType.FIXED,
  free_shipping: PromotionType.FREE_SHIPPING,
  buy_x_get_y: PromotionType.BUY_X_GET_Y,
} as const satisfies Readonly<Record<PromotionAction['kind'], PromotionType>>;

function toAction({ type, basisPoints, amount, buyQuantity, getQuantity }: RulesMessage): PromotionAction {
  switch (type) {
    case PromotionType.PERCENTAGE:
      return { kind: 'percentage', basisPoints };
    case PromotionType.FIXED:
      return { kind: 'fixed', amount: fromMoney(amount, 'value') };
    case PromotionType.FREE_SHIPPING:
      return { kind: 'free_shipping' };
    case PromotionType.BUY_X_GET_Y:
      return { kind: 'buy_x_get_y', buy: buyQuantity, get: getQuantity, basisPoints };
    default:
      throw invalidField('type', 'must be one of PERCENTAGE, FIXED, FREE_SHIPPING, BUY_X_GET_Y');
  }
}

function fromMoney(money: MoneyMessage | undefined, field: string): Money {
  if (money === undefined) throw invalidField(field, 'is required');
  return Money.of(money.minor, money.currency);
}

function toMoney({ minor, currency }: Money): MoneyMessage {
  return { minor, currency };
}
