import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileMails } from '../../../../scripts/compile-mails.mjs';
import type { OrderModel } from '../application/mail-content.js';
import { HandlebarsMailRenderer } from './handlebars.mail-renderer.js';

const renderer = new HandlebarsMailRenderer();

const frame = { language: 'en' } as const;
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

const order: OrderModel = {
  firstName: 'Ada',
  number: 'VC-1001',
  orderUrl: 'http://shop/orders/1',
  lines: [
    { name: 'Canvas sneaker', sku: 'SNK-1', quantity: 2, unitPrice: usd(2_490), totalPrice: usd(4_980) },
  ],
  subtotal: usd(4_980),
  shipping: usd(500),
  tax: usd(398),
  total: usd(5_878),
};

describe('the mail templates', () => {
  it('write the confirmation of an order line by line', () => {
    const model = { ...order, discount: usd(100), address: ['Ada Lovelace', '12 St James Square', 'GB'] };
    const { subject, text } = renderer.render({ template: 'order-confirmed', model }, frame);

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
    const { text, html } = renderer.render(content, frame);

    expect(text).not.toContain('Discount');
    expect(html).not.toContain('Discount');
    expect(text).toContain('Reason: changed my mind');
  });

  it('tell the cause of a failed payment and the way back', () => {
    const model = { ...order, cause: 'expired_card', retryUrl: 'http://shop/cart' } as const;
    const { subject, text } = renderer.render({ template: 'order-payment-failed', model }, frame);

    expect(subject).toBe('The payment for your order VC-1001 failed');
    expect(text).toContain('for your order VC-1001. The card has expired.\n');
    expect(text).toContain('Back to your cart: http://shop/cart\n');
  });

  it('ask for the proof of an address only where one is needed', () => {
    const model = { firstName: 'Ada', shopUrl: 'http://shop/' };
    const plain = renderer.render({ template: 'welcome', model }, frame);
    const verifyUrl = 'http://shop/verify-email?token=abc';
    const asking = renderer.render({ template: 'welcome', model: { ...model, verifyUrl } }, frame);

    expect(plain.text).toBe('Hello Ada,\n\nyour account is ready.\n\nGo to the shop: http://shop/\n');
    expect(plain.html).not.toContain('verify-email');
    expect(asking.text).toContain('\nhttp://shop/verify-email?token=abc\n');
    expect(asking.html).toContain('href="http://shop/verify-email?token&#x3D;abc"');
  });

  it('escape names in HTML, keep them plain in text, and keep a subject on one line', () => {
    const firstName = '<b>Ada</b> & "Co"\r\nBcc: all@example.com';
    const { subject, html, text } = renderer.render(
      { template: 'welcome', model: { firstName, shopUrl: 'http://shop/' } },
      frame,
    );

    expect(html).toContain('Hello &lt;b&gt;Ada&lt;/b&gt; &amp; &quot;Co&quot;');
    expect(html).not.toContain('<b>');
    expect(text).toContain('Hello <b>Ada</b> & "Co"');
    expect(subject).toBe('Welcome to Vici, <b>Ada</b> & "Co" Bcc: all@example.com');
  });

  it('speak the language of the shopper, amounts included', () => {
    const tracking = { carrier: 'GHN', trackingNumber: 'G-1', url: 'http://ghn/G-1' };
    const content = { template: 'order-shipped', model: { ...order, tracking } } as const;
    const { subject, text, html, title } = renderer.render(content, { language: 'vi' });

    expect(subject).toBe('Đơn hàng VC-1001 đang trên đường đến bạn');
    expect(title).toBe('Đơn hàng VC-1001 đã được gửi đi');
    expect(text).toContain('Mã vận đơn: G-1\nTheo dõi: http://ghn/G-1\n');
    expect(text.replaceAll('\u00a0', ' ')).toContain('Tổng cộng: 58,78 US$\n');
    expect(html).toContain('lang="vi"');
    expect(html).toContain('href="http://ghn/G-1"');
  });

  it('offer the end of mails only where they can be ended', () => {
    const content = {
      template: 'back-in-stock',
      model: { name: 'Lamp', productUrl: 'http://shop/p' },
    } as const;
    const unsubscribeUrl = 'http://shop/unsubscribe';
    const [with_, without] = [{ ...frame, unsubscribeUrl }, frame].map((each) =>
      renderer.render(content, each),
    );

    expect(with_?.html).toContain('href="http://shop/unsubscribe"');
    expect(with_?.text).toContain('No more mails about offers: http://shop/unsubscribe\n');
    expect(`${without?.html}${without?.text}`).not.toContain('offers');
  });

  it('say the same things in every language', () => {
    const keys = (language: string) => {
      const words: Record<string, object> = JSON.parse(
        readFileSync(new URL(`../../templates/words/${language}.json`, import.meta.url), 'utf8'),
      );
      return Object.entries(words).map(([template, phrases]) => [template, Object.keys(phrases)]);
    };
    expect(keys('vi')).toEqual(keys('en'));
  });

  it('are compiled from their sources: `npm run mails` has been run', async () => {
    for (const [name, html] of await compileMails()) {
      const kept = readFileSync(
        new URL(`../../templates/compiled/${name}.html.hbs`, import.meta.url),
        'utf8',
      );
      expect(kept, name).toBe(html);
    }
  });

  it('hold nobody up: a mail is written in less than five milliseconds', () => {
    const content = { template: 'order-confirmed', model: { ...order, address: ['GB'] } } as const;
    const times = Array.from({ length: 50 }, () => {
      const started = performance.now();
      renderer.render(content, frame);
      return performance.now() - started;
    });
    // The median: on a busy machine another process may stand between two readings of the clock.
    expect(times.sort((a, b) => a - b)[25]).toBeLessThan(5);
  });
});
