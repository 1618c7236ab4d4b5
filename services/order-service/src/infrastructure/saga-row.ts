import { isErrorCode, Money, parseId } from '@vici/utils/domain';
import { z } from 'zod';
import type { OrderContent, OrderLine } from '../domain/order-content.js';
import {
  type CancelRequest,
  CHECKOUT_STEPS,
  type CheckoutContext,
  type FailureRecord,
  SAGA_STATES,
  type SagaOutcome,
  type SagaRecord,
} from '../domain/saga-record.js';
import { addressSchema } from './address.schema.js';
import { itemQuantitiesSchema } from './item-quantity.schema.js';
import { fromReductions, reductionsSchema, toReductions } from './reduction.schema.js';

const minor = z.string().regex(/^\d{1,19}$/);

const lineSchema = z.object({
  id: z.uuid(),
  productId: z.string(),
  variantId: z.string().optional(),
  sku: z.string(),
  name: z.string(),
  image: z.string(),
  categoryId: z.string().optional(),
  categoryName: z.string().optional(),
  quantity: z.int().positive(),
  backordered: z.int().default(0),
  unitPrice: minor,
  totalPrice: minor,
  // Missing in checkouts begun by an earlier version.
  discount: minor.default('0'),
  tax: minor.default('0'),
  reductions: reductionsSchema.default([]),
});

const contextSchema = z.object({
  attemptKey: z.string().optional(),
  promotionIds: z.array(z.string()).default([]),
  currency: z.string().length(3),
  lines: z.array(lineSchema).min(1),
  subtotal: minor,
  shipping: minor,
  shippingMethod: z.string().default('standard'),
  tax: minor,
  taxIncluded: z.boolean().default(false),
  discount: minor,
  total: minor,
  couponCode: z.string().optional(),
  shippingAddress: addressSchema,
  billingAddress: addressSchema.optional(),
  email: z.string(),
  paymentMethod: z.string(),
  shopperSessionId: z.string().optional(),
});
type StoredContext = z.input<typeof contextSchema>;

const failureSchema = z.object({
  code: z.string().refine(isErrorCode),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});
const outcomeSchema = z.object({
  kind: z.enum(['declined', 'rejected', 'cancelled']),
  reason: z.string(),
  by: z.string(),
  error: failureSchema.optional(),
});
const cancelSchema = z.object({ reason: z.string(), by: z.string() });

/** What others may note on a saga while it runs. */
export const notesSchema = z.object({
  cancel_request: cancelSchema.nullable(),
  paid: z.boolean(),
  overdue: z.boolean(),
});

const rowSchema = notesSchema.extend({
  id: z.uuid(),
  order_id: z.uuid(),
  payment_intent_id: z.uuid(),
  user_id: z.uuid(),
  state: z.enum(SAGA_STATES),
  attempt: z.int(),
  done_steps: z.array(z.enum(CHECKOUT_STEPS)),
  attempts: z.int(),
  last_error: z.string().nullable(),
  context: contextSchema,
  backordered: itemQuantitiesSchema,
  outcome: outcomeSchema.nullable(),
  refund_id: z.string().nullable(),
});

/** A saga's row, checked, as the record the saga works with. */
export function toSagaRecord(row: unknown): SagaRecord {
  const { outcome, cancel_request: cancelRequest, ...fields } = rowSchema.parse(row);
  return {
    id: parseId(fields.id, 'id'),
    orderId: parseId(fields.order_id, 'orderId'),
    paymentIntentId: fields.payment_intent_id,
    userId: fields.user_id,
    state: fields.state,
    attempt: fields.attempt,
    doneSteps: fields.done_steps,
    failures: fields.attempts,
    context: toContext(fields.context),
    backordered: fields.backordered,
    paid: fields.paid,
    overdue: fields.overdue,
    ...(fields.last_error === null ? {} : { lastError: fields.last_error }),
    ...(outcome === null ? {} : { outcome: toOutcome(outcome) }),
    ...(cancelRequest === null ? {} : { cancelRequest }),
    ...(fields.refund_id === null ? {} : { refundId: fields.refund_id }),
  };
}

/** The record with what others noted on its row. */
export function withNotes(saga: SagaRecord, notes: unknown): SagaRecord {
  const { cancel_request: request, paid, overdue } = notesSchema.parse(notes);
  const { cancelRequest: _before, ...rest } = saga;
  const noted: SagaRecord = { ...rest, paid, overdue };
  return request === null ? noted : { ...noted, cancelRequest: request satisfies CancelRequest };
}

function toOutcome({ error, ...outcome }: z.infer<typeof outcomeSchema>): SagaOutcome {
  return error === undefined ? outcome : { ...outcome, error: toFailure(error) };
}

function toFailure({ code, message, details }: z.infer<typeof failureSchema>): FailureRecord {
  const known = isErrorCode(code) ? code : 'INTERNAL';
  return details === undefined ? { code: known, message } : { code: known, message, details };
}

/** The context as jsonb keeps it: amounts as digits, one currency for all. */
export function fromContext({ content, attemptKey, promotionIds }: CheckoutContext): StoredContext {
  const { lines, subtotal, shipping, tax, discount, total, ...rest } = content;
  return {
    ...rest,
    attemptKey,
    promotionIds: [...promotionIds],
    currency: total.currency,
    subtotal: digits(subtotal),
    shipping: digits(shipping),
    tax: digits(tax),
    discount: digits(discount),
    total: digits(total),
    lines: lines.map((line) => ({
      ...line,
      unitPrice: digits(line.unitPrice),
      totalPrice: digits(line.totalPrice),
      discount: digits(line.discount),
      reductions: fromReductions(line.reductions),
      tax: digits(line.tax),
    })),
  };
}

function digits(money: Money): string {
  return money.minor.toString();
}

function toContext(stored: z.output<typeof contextSchema>): CheckoutContext {
  const { attemptKey, promotionIds, currency, couponCode, billingAddress, shopperSessionId } = stored;
  const money = (amount: string): Money => Money.of(BigInt(amount), currency);
  const content: OrderContent = {
    lines: stored.lines.map((line) => toLine(line, money)),
    subtotal: money(stored.subtotal),
    shipping: money(stored.shipping),
    shippingMethod: stored.shippingMethod,
    tax: money(stored.tax),
    taxIncluded: stored.taxIncluded,
    discount: money(stored.discount),
    total: money(stored.total),
    shippingAddress: stored.shippingAddress,
    email: stored.email,
    paymentMethod: stored.paymentMethod,
    ...(couponCode === undefined ? {} : { couponCode }),
    ...(billingAddress === undefined ? {} : { billingAddress }),
    ...(shopperSessionId === undefined ? {} : { shopperSessionId }),
  };
  return { content, promotionIds, ...(attemptKey !== undefined && { attemptKey }) };
}

function toLine(line: z.infer<typeof lineSchema>, money: (amount: string) => Money): OrderLine {
  const { variantId, categoryId, categoryName, ...rest } = line;
  return {
    ...rest,
    id: parseId(line.id, 'id'),
    unitPrice: money(line.unitPrice),
    totalPrice: money(line.totalPrice),
    discount: money(line.discount),
    reductions: toReductions(line.reductions, (amount) => money(amount.toString())),
    tax: money(line.tax),
    ...(variantId === undefined ? {} : { variantId }),
    ...(categoryId === undefined ? {} : { categoryId }),
    ...(categoryName === undefined ? {} : { categoryName }),
  };
}
