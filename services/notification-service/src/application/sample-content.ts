import type { MailContent, MailModels, OrderModel, TemplateName } from './mail-content.js';

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const SHOP = 'https://shop.example';

const order: OrderModel = {
  firstName: 'Ada',
  number: 'VC-1001',
  orderUrl: `${SHOP}/orders/1`,
  lines: [
    {
      name: 'Canvas sneaker',
      sku: 'SNK-1',
      quantity: 2,
      unitPrice: usd(2_490),
      totalPrice: usd(4_980),
    },
    { name: 'Reading lamp', sku: 'LMP-7', quantity: 1, unitPrice: usd(9_920), totalPrice: usd(9_920) },
  ],
  subtotal: usd(14_900),
  discount: usd(1_000),
  shipping: usd(500),
  tax: usd(1_192),
  total: usd(15_592),
};

const MODELS: MailModels = {
  welcome: { firstName: 'Ada', shopUrl: `${SHOP}/`, verifyUrl: `${SHOP}/verify-email?token=sample` },
  'password-reset': { firstName: 'Ada', resetUrl: `${SHOP}/reset-password?token=sample` },
  'security-notice': {
    firstName: 'Ada',
    notice: 'password_changed',
    occurredAt: '2026-03-01T11:00:00.000Z',
    device: 'Firefox on Linux',
    network: '203.0.113.0/24',
    forgotPasswordUrl: `${SHOP}/forgot-password`,
  },
  'order-confirmed': { ...order, address: ['Ada Lovelace', '12 St James Square', 'London, SW1Y 4JH', 'GB'] },
  'order-payment-failed': { ...order, cause: 'expired_card', retryUrl: `${SHOP}/cart` },
  'order-shipped': {
    ...order,
    tracking: { carrier: 'Parcel Post', trackingNumber: 'PP123456789', url: `${SHOP}/track/PP123456789` },
  },
  'order-delivered': order,
  'order-cancelled': { ...order, reason: 'Changed my mind.' },
  'order-refunded': { ...order, refunded: usd(4_980), reason: 'Returned in time.' },
  'return-approved': { ...order, note: 'Please use the label in the parcel.' },
  'return-rejected': { ...order, note: 'The lamp shows signs of wear.' },
  'payment-returned': { amount: usd(2_499), reason: 'The cart has changed.', cartUrl: `${SHOP}/cart` },
  'cart-abandoned': {
    lines: [{ name: 'Reading lamp', quantity: 1 }],
    subtotal: usd(9_920),
    restoreUrl: `${SHOP}/cart/restore?token=sample`,
  },
  'back-in-stock': { name: 'Reading lamp', productUrl: `${SHOP}/products/reading-lamp` },
  'review-request': {
    firstName: 'Ada',
    number: 'VC-1001',
    products: [{ name: 'Reading lamp', reviewUrl: `${SHOP}/products/1#reviews` }],
  },
  'stock-low': { sku: 'LMP-7', available: 3, threshold: 5, stockUrl: `${SHOP}/admin/inventory/LMP-7` },
};

/** Every template. */
export const TEMPLATE_NAMES = Object.keys(MODELS).filter((name): name is TemplateName => name in MODELS);

/** A template filled with made-up data: what previews show. */
export function sampleOf<T extends TemplateName>(template: T): Extract<MailContent, { template: T }>;
export function sampleOf(template: TemplateName): { template: TemplateName; model: unknown } {
  return { template, model: MODELS[template] };
}
