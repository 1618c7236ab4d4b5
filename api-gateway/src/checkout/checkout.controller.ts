import { Controller } from '@nestjs/common';
import { OrderServiceDefinition, type Quote } from '@vici/proto-gen/order';
import { DomainError, type GrpcClient, InjectGrpc } from '@vici/utils';
import type { z } from 'zod';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import { fromDecimal, toDecimal } from '../rest/money.js';
import { toAdjustment } from '../rest/price-adjustment.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { BehaviourTracker } from '../tracking/behaviour-tracker.js';
import * as routes from './checkout.routes.js';

const SLOW = { timeoutMs: PAYMENT_TIMEOUT_MS };

@Controller()
export class CheckoutController {
  constructor(
    @InjectGrpc(OrderServiceDefinition) private readonly orders: GrpcClient<typeof OrderServiceDefinition>,
    private readonly tracker: BehaviourTracker,
  ) {}

  @Route(routes.calculateRoute)
  async calculate({
    body,
  }: RouteInput<typeof routes.calculateRoute>): Promise<RouteResult<typeof routes.calculateRoute>> {
    const quote = toQuote(await this.orders.calculate(body));
    this.tracker.track({ eventType: 'checkout_start' });
    return quote;
  }

  @Route(routes.createIntentRoute)
  async createIntent({
    body,
  }: RouteInput<typeof routes.createIntentRoute>): Promise<RouteResult<typeof routes.createIntentRoute>> {
    const amount = fromDecimal(body.amount, body.currency, 'amount');
    const intent = await this.orders.createPaymentIntent({ amount }, SLOW);
    return {
      id: intent.id,
      clientSecret: intent.clientSecret,
      amount: toDecimal(intent.amount),
      currency: intent.amount?.currency ?? '',
      status: oneOf(['pending', 'processing', 'succeeded', 'failed'], intent.status),
    };
  }

  @Route(routes.confirmRoute)
  async confirm({
    body,
  }: RouteInput<typeof routes.confirmRoute>): Promise<RouteResult<typeof routes.confirmRoute>> {
    const { orderId, paymentId, status, total, message } = await this.orders.confirm(body, SLOW);
    return {
      orderId,
      paymentId,
      status: oneOf(['success', 'failed'], status),
      total: toDecimal(total),
      message,
    };
  }
}

function toQuote(quote: Quote): z.output<typeof routes.quoteShape> {
  return {
    items: quote.items.map(({ productId, variantId, name, sku, quantity, ...line }) => ({
      productId,
      variantId,
      name,
      sku,
      quantity,
      unitPrice: toDecimal(line.unitPrice),
      totalPrice: toDecimal(line.totalPrice),
      discount: toDecimal(line.discount),
      adjustments: line.adjustments.map(toAdjustment),
    })),
    subtotal: toDecimal(quote.subtotal),
    shipping: toDecimal(quote.shipping),
    tax: toDecimal(quote.tax),
    discount: toDecimal(quote.discount),
    total: toDecimal(quote.total),
    savings: toDecimal(quote.savings),
    taxIncluded: quote.taxIncluded,
    shippingMethod: quote.shippingMethod,
    shippingMethods: quote.shippingMethods.map(({ code, name, price, leastDays, mostDays }) => ({
      code,
      name,
      price: toDecimal(price),
      estimatedDays: { least: leastDays, most: mostDays },
    })),
    currency: quote.total?.currency ?? '',
    adjustments: quote.adjustments.map(toAdjustment),
  };
}

/** A word of the contract. @throws DomainError INTERNAL when an upstream answers with another */
function oneOf<W extends string>(words: readonly W[], word: string): W {
  const known = words.find((candidate) => candidate === word);
  if (known === undefined) {
    throw new DomainError('INTERNAL', `An answer holds the unknown word ${word}.`);
  }
  return known;
}
