import { type Promotion, type PromotionRules, PromotionType } from '@vici/proto-gen/cart';
import { invalidField } from '@vici/utils';
import { z } from 'zod';
import { id, optionalText, text } from '../rest/fields.js';
import { fromDecimal, toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';
import { fieldColumns } from './list-export.js';

const COUPON_TYPES = ['PERCENTAGE', 'FIXED', 'FREE_SHIPPING', 'BUY_X_GET_Y'] as const;
export type CouponType = (typeof COUPON_TYPES)[number];

const MOST = 1_000_000_000;
const POINTS_PER_PERCENT = 100;
const TOLERANCE = 1e-6;

const count = z.int().min(1).max(MOST);
const moment = z.iso.datetime({ offset: true }).transform((written) => new Date(written));
const ids = z.array(id).max(500);

const fields = {
  type: z.enum(COUPON_TYPES),
  value: z
    .number()
    .min(0)
    .max(MOST)
    .describe(
      'PERCENTAGE and BUY_X_GET_Y: per cent; FIXED: an amount in major units; FREE_SHIPPING: nothing.',
    ),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
    .describe("Of value and minSubtotal; the shop's where it is missing."),
  buyQuantity: count.describe('BUY_X_GET_Y: who takes so many …'),
  getQuantity: count.describe('… gets so many more, the cheapest ones, at the discount.'),
  firstOrder: z.boolean().describe('Only for the first order of a shopper.'),
  exclusive: z.boolean().describe('Not together with any other promotion.'),
  priority: z.int().min(-1000).max(1000).describe('Lower ones are taken off first; 0 where it is missing.'),
  active: z.boolean(),
};

const optionalFields = {
  code: optionalText(64).describe('Without one the promotion applies by itself.'),
  name: optionalText(120).describe('What shoppers read in the cart; the code where it is missing.'),
  usageLimit: count.nullish(),
  perUserLimit: count.nullish(),
  minSubtotal: z.number().min(0).max(MOST).nullish().describe('What the goods cost at least.'),
  startsAt: moment.nullish(),
  endsAt: moment.nullish().describe('Not included.'),
  productIds: ids.nullish(),
  categoryIds: ids.nullish().describe('Each with its descendants.'),
};

export const createCouponBody = z.object({
  ...z.object(fields).partial().shape,
  ...optionalFields,
  type: fields.type,
});

export const updateCouponBody = z.object({
  ...z.object(fields).partial().shape,
  ...optionalFields,
  code: text(64).nullish().describe('null: it applies by itself from now on.'),
  name: text(120).optional(),
});

export const couponShape = z
  .object({
    id: z.uuid(),
    code: z.string().optional(),
    name: z.string(),
    type: z.enum(COUPON_TYPES),
    value: amount,
    currency: z.string().optional(),
    buyQuantity: z.int().optional(),
    getQuantity: z.int().optional(),
    usageLimit: z.int().optional(),
    perUserLimit: z.int().optional(),
    minSubtotal: amount.optional(),
    startsAt: instant.optional(),
    endsAt: instant.optional(),
    productIds: z.array(z.uuid()),
    categoryIds: z.array(z.uuid()),
    firstOrder: z.boolean(),
    exclusive: z.boolean(),
    priority: z.int(),
    active: z.boolean(),
    usageCount: z.int().describe('Orders that use it.'),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Coupon' });

/** What a client may say of a coupon's rules. */
export type CouponFields = z.output<typeof updateCouponBody>;

/** The rules a body names. @throws DomainError VALIDATION_FAILED naming the field */
export function toRules(body: CouponFields, type: CouponType, shopCurrency: string): Partial<PromotionRules> {
  const { value, currency = shopCurrency, minSubtotal } = body;
  return {
    type: PromotionType[type],
    ...valueRules(type, value, currency),
    ...withoutNull({
      code: body.code,
      name: body.name,
      buyQuantity: body.buyQuantity,
      getQuantity: body.getQuantity,
      minSubtotal: minSubtotal == null ? undefined : fromDecimal(minSubtotal, currency, 'minSubtotal'),
      productIds: body.productIds,
      categoryIds: body.categoryIds,
      firstOrder: body.firstOrder,
      startsAt: body.startsAt,
      endsAt: body.endsAt,
      usageLimit: body.usageLimit,
      perUserLimit: body.perUserLimit,
      exclusive: body.exclusive,
      priority: body.priority,
      active: body.active,
    }),
  };
}

/** The names of the rules a body sets or, by null, removes. */
export function namedRules(body: CouponFields, type: CouponType): string[] {
  const { value, currency: _of, ...named } = body;
  const names = Object.entries(named).flatMap(([name, given]) => (given === undefined ? [] : [name]));
  return value === undefined ? names : [...names, type === 'FIXED' ? 'amount' : 'basisPoints'];
}

/** @throws Error for a coupon whose rules are missing or of a type the contract does not know */
export function toCoupon({ id: couponId, rules, ...coupon }: Promotion): z.output<typeof couponShape> {
  if (rules === undefined) throw new Error('A coupon has no rules');
  const { code, name, amount: fixed, usageLimit, perUserLimit, minSubtotal, startsAt, endsAt } = rules;
  const type = couponTypeOf(rules);
  const units = type === 'BUY_X_GET_Y' && { buyQuantity: rules.buyQuantity, getQuantity: rules.getQuantity };
  return {
    id: couponId,
    code,
    name,
    type,
    value: fixed === undefined ? rules.basisPoints / POINTS_PER_PERCENT : toDecimal(fixed),
    currency: (fixed ?? minSubtotal)?.currency,
    ...units,
    usageLimit,
    perUserLimit,
    minSubtotal: minSubtotal && toDecimal(minSubtotal),
    startsAt: startsAt?.toISOString(),
    endsAt: endsAt?.toISOString(),
    productIds: rules.productIds,
    categoryIds: rules.categoryIds,
    firstOrder: rules.firstOrder,
    exclusive: rules.exclusive,
    priority: rules.priority,
    active: rules.active,
    usageCount: coupon.usageCount,
    createdAt: toInstant(coupon.createdAt),
    updatedAt: toInstant(coupon.updatedAt),
  };
}

/** A coupon as a row of an export. */
export const COUPON_COLUMNS = fieldColumns(
  'id',
  'code',
  'name',
  'type',
  'value',
  'currency',
  'minSubtotal',
  'usageCount',
  'usageLimit',
  'perUserLimit',
  'startsAt',
  'endsAt',
  'firstOrder',
  'exclusive',
  'priority',
  'active',
  'createdAt',
  'updatedAt',
);

/** @throws Error for a type the contract does not know */
export function couponTypeOf(rules: PromotionRules | undefined): CouponType {
  const type = COUPON_TYPES.find((candidate) => PromotionType[candidate] === rules?.type);
  if (type === undefined) throw new Error('A coupon is of an unknown type');
  return type;
}

function valueRules(type: CouponType, value: number | undefined, currency: string): Partial<PromotionRules> {
  if (value === undefined || type === 'FREE_SHIPPING') return {};
  if (type === 'FIXED') return { amount: fromDecimal(value, currency, 'value') };
  const basisPoints = Math.round(value * POINTS_PER_PERCENT);
  if (Math.abs(basisPoints - value * POINTS_PER_PERCENT) > TOLERANCE) {
    throw invalidField('value', 'must be a percentage of at most two decimals');
  }
  return { basisPoints };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], null | undefined> };

function withoutNull<T extends object>(values: T): Given<T>;
function withoutNull(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}
