import { DEMO_ADMIN, type LocalStack } from '@vici/local';
import { eventually } from '@vici/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cart, type Order, type Page, type Product, Shopper, type Totals } from '../support/api.ts';
import { startStack } from '../support/stack.ts';

const START_MS = 180_000;

/** Sold without variants, so that the product's own stock is what the tests look at. */
async function plainProduct(shopper: Shopper, leastStock = 10): Promise<Product> {
  const { data } = await shopper.get<Page<Product>>('/products?limit=100&inStock=true');
  const found = data.data.find((product) => product.variants.length === 0 && product.stock >= leastStock);
  if (found === undefined) throw new Error('The demo catalogue has no product without variants');
  return found;
}

const cents = (amount: number) => Math.round(amount * 100);

describe.each(['single', 'processes'] as const)('A shopper buys (services in %s mode)', (mode) => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startStack({ mode });
  }, START_MS);
  afterAll(() => stack?.stop(), START_MS);

  it('puts a coupon in before signing in, orders with it, and nobody gets its last use again', async () => {
    const admin = new Shopper(stack.apiUrl);
    await admin.signIn(DEMO_ADMIN.email, DEMO_ADMIN.password);
    const code = `LAST-${mode}`.toUpperCase();
    const coupon = { code, type: 'PERCENTAGE', value: 25, usageLimit: 1 };
    const { data: created } = await admin.post<{ id: string }>('/admin/coupons', coupon);
    const shopper = new Shopper(stack.apiUrl);
    const product = await plainProduct(shopper);
    await shopper.addToCart(product, 4);
    const applied = await shopper.post<Cart>('/cart/coupon', { couponCode: code.toLowerCase() });
    await shopper.register();
    const shippingAddressId = await shopper.addAddress();

    const { totals, paymentIntentId } = await shopper.openPayment(shippingAddressId);
    const { data } = await shopper.confirm(paymentIntentId, shippingAddressId);
    const { data: order } = await shopper.get<Order & { couponCode?: string }>(`/orders/${data.orderId}`);
    const { data: used } = await admin.get<{ usageCount: number }>(`/admin/coupons/${created.id}`);
    await shopper.addToCart(product);
    const refused = await shopper.post('/cart/coupon', { couponCode: code });

    // Four at the price of three.
    expect([applied.status, cents(applied.data.total)]).toEqual([200, 3 * cents(product.price)]);
    expect(cents(totals.discount)).toBe(cents(product.price));
    expect(cents(totals.total)).toBe(3 * cents(product.price) + cents(totals.shipping) + cents(totals.tax));
    expect(order).toMatchObject({ status: 'CONFIRMED', total: totals.total, couponCode: code });
    expect(used.usageCount).toBe(1);
    expect([refused.status, refused.body.error, refused.body.details]).toMatchObject([
      422,
      'COUPON_INVALID',
      { reason: 'USED_UP' },
    ]);
  });

  it('sees a change of stock within a second, on the page of the product and in lists, and never what was before again', async () => {
    const shopper = new Shopper(stack.apiUrl);
    const product = await plainProduct(shopper);
    const admin = new Shopper(stack.apiUrl);
    await admin.signIn(DEMO_ADMIN.email, DEMO_ADMIN.password);
    const count = (...lines: { sku: string; quantity: number }[]) =>
      admin.post('/admin/stock/bulk', {
        reason: 'counted',
        lines: lines.map((line) => ({ ...line, operation: 'SET' })),
      });
    const shown = async () => {
      const { data: page } = await shopper.get<Product>(`/products/${product.id}`);
      const { data: list } = await shopper.get<Page<Product>>(`/products?search=${product.sku}`);
      return [page.stock, list.data.find(({ id }) => id === product.id)?.stock];
    };
    const delays: number[] = [];
    for (const units of [901, 902, 903, 904, 905]) {
      // Kept by the gateway, so that it is the change that brings the new figure.
      await shown();
      const answer = await count({ sku: product.sku, quantity: units });
      expect([answer.status, answer.data]).toMatchObject([200, { lines: [{ total: units }] }]);
      const changed = performance.now();
      await eventually(async () => expect(await shown()).toEqual([units, units]));
      delays.push(performance.now() - changed);
      for (let read = 0; read < 5; read += 1) expect(await shown()).toEqual([units, units]);
    }

    // The quickest: the machine may be busy with something else.
    expect(Math.min(...delays)).toBeLessThan(1000);
    const bad = await count({ sku: product.sku, quantity: 1 }, { sku: 'nobody-has-this', quantity: 1 });
    expect([bad.status, bad.body.details]).toMatchObject([400, { fields: [{ field: 'lines.1.productId' }] }]);
    expect(await shown()).toEqual([905, 905]);
  });

  it('registers, browses, fills a cart as a guest, pays, and gets the order confirmed by mail', async () => {
    const shopper = new Shopper(stack.apiUrl);
    const product = await plainProduct(shopper);

    await shopper.addToCart(product, 2);
    const registered = await shopper.register();
    const shippingAddressId = await shopper.addAddress();
    const { data: cart } = await shopper.get<Cart>('/cart');
    const { totals, paymentIntentId } = await shopper.openPayment(shippingAddressId);
    const confirmed = await shopper.confirm(paymentIntentId, shippingAddressId);
    const again = await shopper.confirm(paymentIntentId, shippingAddressId);
    const { data: order } = await shopper.get<Order>(`/orders/${confirmed.data.orderId}`);

    expect(registered.status).toBe(201);
    expect(cart.items).toMatchObject([{ productId: product.id, quantity: 2, unitPrice: product.price }]);
    const subtotal = 2 * cents(product.price);
    expect(cents(totals.subtotal)).toBe(subtotal);
    expect(totals.shipping).toBe(subtotal >= 5000 ? 0 : 5.99);
    expect(cents(totals.total)).toBe(subtotal + cents(totals.shipping) + cents(totals.tax));
    expect(confirmed).toMatchObject({ status: 200, data: { status: 'success', total: totals.total } });
    expect(again.data).toMatchObject({
      orderId: confirmed.data.orderId,
      paymentId: confirmed.data.paymentId,
    });
    expect(order).toMatchObject({
      status: 'CONFIRMED',
      total: totals.total,
      items: [{ productId: product.id, name: product.name, quantity: 2 }],
    });
    expect(order.number).toMatch(/^VIC-\d{4}-\d{6}$/);
    expect((await shopper.get<Cart>('/cart')).data.items).toEqual([]);

    await eventually(
      async () => {
        const mails = (await stack.mailbox.messages()).filter((mail) => mail.to.includes(shopper.email));
        const confirmations = mails.filter((mail) => mail.subject.includes(order.number));
        expect(confirmations).toHaveLength(1);
        expect(confirmations[0]?.text).toContain(product.name);
        expect(confirmations[0]?.text).toContain(totals.total.toFixed(2));
        const { data: after } = await shopper.get<Product>(`/products/${product.id}`);
        expect(after.stock).toBe(product.stock - 2);
      },
      { timeoutMs: 30_000 },
    );
  });

  it('keeps the cart of a declined payment and sells it with another card as the same order', async () => {
    const shopper = new Shopper(stack.apiUrl);
    const product = await plainProduct(shopper);
    await shopper.register();
    const shippingAddressId = await shopper.addAddress();
    await shopper.addToCart(product, 1);
    const { paymentIntentId } = await shopper.openPayment(shippingAddressId);

    const declined = await shopper.confirm(paymentIntentId, shippingAddressId, 'pm_card_chargeDeclined');
    const { data: cart } = await shopper.get<Cart>('/cart');
    const paid = await shopper.confirm(paymentIntentId, shippingAddressId, 'pm_card_visa');
    const { data: orders } = await shopper.get<Page<Order>>('/orders');

    expect(declined).toMatchObject({
      status: 402,
      body: { success: false, error: 'PAYMENT_DECLINED', details: { declineCode: 'card_declined' } },
    });
    expect(cart.items).toMatchObject([{ productId: product.id, quantity: 1 }]);
    expect(paid).toMatchObject({ status: 200, data: { status: 'success' } });
    expect(orders.data.map(({ id, status }) => ({ id, status }))).toEqual([
      { id: paid.data.orderId, status: 'CONFIRMED' },
    ]);
  });

  it('refuses an amount that is not the cart’s total and names the right one', async () => {
    const shopper = new Shopper(stack.apiUrl);
    await shopper.register();
    const shippingAddressId = await shopper.addAddress();
    await shopper.addToCart(await plainProduct(shopper), 1);
    const { data: totals } = await shopper.post<Totals>('/checkout/calculate', { shippingAddressId });

    const refused = await shopper.post('/checkout/payment-intent', { amount: 1, currency: 'USD' });

    expect(refused).toMatchObject({
      status: 409,
      body: { error: 'AMOUNT_MISMATCH', details: { total: totals.total, currency: 'USD' } },
    });
  });

  it('sends one order for a request that is sent twice with the same idempotency key', async () => {
    const shopper = new Shopper(stack.apiUrl);
    await shopper.register();
    const shippingAddressId = await shopper.addAddress();
    await shopper.addToCart(await plainProduct(shopper), 1);
    const request = { shippingAddressId, paymentMethod: 'pm_card_visa' };
    const headers = { 'idempotency-key': crypto.randomUUID() };

    const first = await shopper.post<Order>('/orders', request, headers);
    const second = await shopper.post<Order>('/orders', request, headers);
    const other = await shopper.post('/orders', { ...request, paymentMethod: 'pm_card_mastercard' }, headers);

    expect(first).toMatchObject({ status: 201, data: { status: 'CONFIRMED' } });
    expect(second.data).toEqual(first.data);
    expect(other).toMatchObject({ status: 409, body: { error: 'IDEMPOTENCY_KEY_REUSED' } });
    expect((await shopper.get<Page<Order>>('/orders')).data.pagination.total).toBe(1);
  });

  it('changes what it recommends within a second of what the shopper looks at', async () => {
    const shopper = new Shopper(stack.apiUrl);
    const { data: page } = await shopper.get<Page<Product>>('/products?limit=100');
    const [first, second] = page.data;
    if (first === undefined || second === undefined) throw new Error('The demo catalogue is empty');
    // Another visitor has shown that the two belong together.
    const neighbour = new Shopper(stack.apiUrl);
    for (const product of [first, second]) await neighbour.post(`/products/${product.id}/view`, {});
    const { data: before } = await shopper.get<Product[]>('/products/recommended?limit=5');

    const seen = await shopper.post(`/products/${first.id}/view`, { source: 'category' });

    expect(seen.status).toBe(204);
    expect(before).toHaveLength(5);
    await eventually(async () => {
      const { data: session } = await shopper.get<{ items: { product: Product }[]; source: string }>(
        '/recommendations/session',
      );
      expect(session.source).toBe('session');
      expect(session.items.map(({ product }) => product.id)).toContain(second.id);
    });
    const { data: related } = await shopper.get<Product[]>(`/products/${first.id}/related?limit=4`);
    const { data: trending } = await shopper.get<Product[]>('/products/trending?limit=4');
    expect(related).toHaveLength(4);
    expect(related.map((product) => product.id)).not.toContain(first.id);
    expect(trending).toHaveLength(4);
  });

  it('finds products by words, also misspelt ones', async () => {
    const shopper = new Shopper(stack.apiUrl);
    const product = await plainProduct(shopper);

    const { data: exact } = await shopper.get<{ products: Product[]; total: number }>(
      `/products/search?q=${encodeURIComponent(product.name)}`,
    );
    const { data: nothing } = await shopper.get<{ products: Product[]; total: number }>(
      '/products/search?q=qqzzxxyy',
    );

    expect(exact.products[0]?.id).toBe(product.id);
    expect(nothing).toMatchObject({ products: [], total: 0 });
  });

  it('answers bad input with every bad field and nothing else', async () => {
    const shopper = new Shopper(stack.apiUrl);

    const answer = await shopper.post('/auth/register', { email: 'nobody', password: 7 });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: 'VALIDATION_FAILED' });
    const fields = answer.body.details?.['fields'] as { field: string }[];
    expect(fields.map(({ field }) => field).sort()).toEqual(['email', 'firstName', 'lastName', 'password']);
    expect(JSON.stringify(answer.body)).not.toMatch(/stack|select |node_modules/i);
  });
});
