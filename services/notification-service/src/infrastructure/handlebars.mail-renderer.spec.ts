import { describe, expect, it } from 'vitest';
import type { OrderModel } from '../application/mail-content.js';
import { HandlebarsMailRenderer } from './handlebars.mail-renderer.js';

const renderer = new HandlebarsMailRenderer();

const order: OrderModel = {
  firstName: 'Ada',
  number: 'VC-1001',
  orderUrl: 'http://shop/orders/1',
  lines: [{ name: 'Canvas sneaker', sku: 'SNK-1', quantity: 2, unitPrice: '$24.90', totalPrice: '$49.80' }],
  subtotal: '$49.80',
  shipping: '$5.00',
  tax: '$3.98',
  total: '$58.78',
};

describe('the mail templates', () => {
  it('write the confirmation of an order line by line', () => {
    const { subject, text } = renderer.render({
      template: 'order-confirmed',
      model: { ...order, discount: '$1.00', address: ['Ada Lovelace', '12 St James Square', 'GB'] },
    });

    expect(subject).toBe('Your order VC-1001 is confirmed');
    expect(text).toBe(`Hello Ada,

thank you! Your order VC-1001 is paid, and we are preparing it.

2 x Canvas sneaker (SNK-1), $24.90 each: $49.80

Subtotal: $49.80
Discount: -$1.00
Shipping: $5.00
Tax: $3.98
Total: $58.78

Shipping to:
Ada Lovelace
12 St James Square
GB

View your order: http://shop/orders/1
`);
  });

  it('leave the discount out where there is none', () => {
    const content = { template: 'order-cancelled', model: { ...order, reason: 'changed my mind' } } as const;
    const { text, html } = renderer.render(content);

    expect(text).not.toContain('Discount');
    expect(html).not.toContain('Discount');
    expect(text).toContain('Reason: changed my mind');
  });

  it('tell the cause of a failed payment and the way back', () => {
    const { subject, text } = renderer.render({
      template: 'order-payment-failed',
      model: { ...order, cause: 'The card has expired.', retryUrl: 'http://shop/cart' },
    });

    expect(subject).toBe('The payment for your order VC-1001 failed');
    expect(text).toContain('for your order VC-1001. The card has expired.\n');
    expect(text).toContain('Back to your cart: http://shop/cart\n');
  });

  it('ask for the proof of an address only where one is needed', () => {
    const model = { firstName: 'Ada', shopUrl: 'http://shop/' };
    const plain = renderer.render({ template: 'welcome', model });
    const verifyUrl = 'http://shop/verify-email?token=abc';
    const asking = renderer.render({ template: 'welcome', model: { ...model, verifyUrl } });

    expect(plain.text).toBe('Hello Ada,\n\nyour account is ready.\n\nGo to the shop: http://shop/\n');
    expect(plain.html).not.toContain('verify-email');
    expect(asking.text).toContain('\nhttp://shop/verify-email?token=abc\n');
    expect(asking.html).toContain('href="http://shop/verify-email?token&#x3D;abc"');
  });

  it('escape names in HTML, keep them plain in text, and keep a subject on one line', () => {
    const firstName = '<b>Ada</b> & "Co"\r\nBcc: all@example.com';
    const { subject, html, text } = renderer.render({
      template: 'welcome',
      model: { firstName, shopUrl: 'http://shop/' },
    });

    expect(html).toContain('Hello &lt;b&gt;Ada&lt;/b&gt; &amp; &quot;Co&quot;');
    expect(html).not.toContain('<b>');
    expect(text).toContain('Hello <b>Ada</b> & "Co"');
    expect(subject).toBe('Welcome to Vici, <b>Ada</b> & "Co" Bcc: all@example.com');
  });
});
