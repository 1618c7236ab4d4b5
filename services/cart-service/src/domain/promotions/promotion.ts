import { type FieldFault, invalidFields, isUuid, type Money } from '@vici/utils/domain';

/** What a promotion does once its conditions hold. Shares are ten-thousandths: 10 % is 1000. */
export type PromotionAction =
  | { readonly kind: 'percentage'; readonly basisPoints: number }
  | { readonly kind: 'fixed'; readonly amount: Money }
  | { readonly kind: 'free_shipping' }
  /** Who takes `buy` units gets `get` more, the cheapest ones, at the discount. */
  | {
      readonly kind: 'buy_x_get_y';
      readonly buy: number;
      readonly get: number;
      readonly basisPoints: number;
    };

/** Which goods a promotion is for; none named: all. A category includes its descendants. */
export interface PromotionScope {
  readonly productIds: readonly string[];
  readonly categoryIds: readonly string[];
}

/** What an administrator decides of a promotion: conditions, limits and one action. */
export interface PromotionRules {
  /** Without a code it applies by itself. Normalised, see {@link normaliseCode}. */
  readonly code?: string;
  readonly name: string;
  readonly action: PromotionAction;
  readonly scope: PromotionScope;
  /** The goods of the cart cost at least this before any discount. */
  readonly minSubtotal?: Money;
  /** Only for the first order of a shopper. */
  readonly firstOrder: boolean;
  readonly startsAt?: Date;
  /** Not included. */
  readonly endsAt?: Date;
  readonly usageLimit?: number;
  readonly perUserLimit?: number;
  /** Not together with any other promotion. */
  readonly exclusive: boolean;
  /** Lower ones are taken off first. */
  readonly priority: number;
  readonly active: boolean;
}

/** A promotion as it is kept. */
export interface Promotion extends PromotionRules {
  readonly id: string;
  /** Orders that use it. */
  readonly used: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const CODE_PATTERN = /^[A-Z0-9][A-Z0-9_-]{1,39}$/;
const LONGEST_NAME = 120;
const MOST_IN_SCOPE = 500;
const MOST_UNITS = 999;
const MOST_USES = 1_000_000_000;
const ALL = 10_000;
const HIGHEST_PRIORITY = 1_000;

/** A code as it is compared: without blanks around it, in capitals. */
export function normaliseCode(code: string): string {
  return code.trim().toUpperCase();
}

/** @throws DomainError VALIDATION_FAILED naming every bad field */
export function checkedRules(rules: PromotionRules): PromotionRules {
  const faults = [
    ...actionFaults(rules.action),
    ...scopeFaults(rules.scope),
    ...limitFaults(rules),
    ...windowFaults(rules),
    ...minimumFaults(rules),
  ];
  if (rules.code !== undefined && !CODE_PATTERN.test(rules.code)) {
    faults.push({ field: 'code', message: 'must be 2 to 40 letters, digits, - or _' });
  }
  if (rules.name.trim() === '' || rules.name.length > LONGEST_NAME) {
    faults.push({ field: 'name', message: `must be a text of at most ${LONGEST_NAME} characters` });
  }
  if (!isWhole(rules.priority, -HIGHEST_PRIORITY, HIGHEST_PRIORITY)) {
    faults.push({
      field: 'priority',
      message: `must be a whole number up to ${HIGHEST_PRIORITY} either way`,
    });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return rules;
}

function actionFaults(action: PromotionAction): FieldFault[] {
  switch (action.kind) {
    case 'percentage':
      return shareFaults(action.basisPoints);
    case 'fixed':
      return action.amount.minor > 0n ? [] : [{ field: 'value', message: 'must be more than 0' }];
    case 'free_shipping':
      return [];
    case 'buy_x_get_y':
      return [
        ...shareFaults(action.basisPoints),
        ...unitFaults('buyQuantity', action.buy),
        ...unitFaults('getQuantity', action.get),
      ];
  }
}

function shareFaults(basisPoints: number): FieldFault[] {
  return isWhole(basisPoints, 1, ALL)
    ? []
    : [{ field: 'value', message: 'must be a percentage above 0 and up to 100, of at most two decimals' }];
}

function unitFaults(field: string, units: number): FieldFault[] {
  return isWhole(units, 1, MOST_UNITS)
    ? []
    : [{ field, message: `must be a whole number from 1 to ${MOST_UNITS}` }];
}

function scopeFaults(scope: PromotionScope): FieldFault[] {
  return (['productIds', 'categoryIds'] as const).flatMap((field) => {
    if (scope[field].length > MOST_IN_SCOPE) {
      return [{ field, message: `must have at most ${MOST_IN_SCOPE} entries` }];
    }
    return scope[field].every(isUuid) ? [] : [{ field, message: 'must hold UUIDs only' }];
  });
}

function limitFaults(rules: PromotionRules): FieldFault[] {
  return (['usageLimit', 'perUserLimit'] as const).flatMap((field) => {
    const limit = rules[field];
    return limit === undefined || isWhole(limit, 1, MOST_USES)
      ? []
      : [{ field, message: 'must be a whole number above 0' }];
  });
}

function windowFaults({ startsAt, endsAt }: PromotionRules): FieldFault[] {
  const empty = startsAt !== undefined && endsAt !== undefined && startsAt >= endsAt;
  return empty ? [{ field: 'endsAt', message: 'must be later than startsAt' }] : [];
}

function minimumFaults({ minSubtotal, action }: PromotionRules): FieldFault[] {
  if (minSubtotal === undefined) return [];
  if (minSubtotal.isNegative()) return [{ field: 'minSubtotal', message: 'must not be negative' }];
  return action.kind === 'fixed' && action.amount.currency !== minSubtotal.currency
    ? [{ field: 'minSubtotal', message: `must be in ${action.amount.currency}, as the value` }]
    : [];
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
