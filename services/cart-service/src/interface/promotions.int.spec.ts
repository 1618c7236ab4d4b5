import {
  CartServiceDefinition,
  type PromotionRules,
  PromotionServiceDefinition,
  PromotionType,
} from '@vici/proto-gen/cart';
import { AdjustmentType } from '@vici/proto-gen/common';
import { eventually, useService, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { afterEach, describe, expect, it } from 'vitest';
import { cartService } from '../cart.service.js';
import { asAdmin, asGuest, asUser, FakeCatalogue } from './fixtures/catalogue.fixture.js';

const catalogue = new FakeCatalogue();
const HOME = newId();
const CUPS = newId();
const mug = catalogue.add(1_250n, { categoryPath: [CUPS, HOME] });
const lamp = catalogue.add(3_333n, { categoryPath: [HOME] });
const service = useService(cartService, {}, { upstreams: [catalogue.upstream] });
const carts = () => service.client(CartServiceDefinition);
const promotions = () => service.client(PromotionServiceDefinition);

const newCode = () => newId().toUpperCase();
const made: string[] = [];
const create = async (rules: Partial<PromotionRules>) => {
  const base = { name: 'A promotion', type: PromotionType.PERCENTAGE, basisPoints: 1_000, active: true };
  const promotion = await asAdmin(() => promotions().createPromotion({ rules: { ...base, ...rules } }));
  made.push(promotion.id);
  return promotion;
};
const add = (productId: string, quantity: number) => carts().addItem({ productId, quantity });
const apply = (couponCode: string) => carts().applyCoupon({ couponCode });

/** Automatic promotions would reach into the other tests. */
afterEach(async () => {
  for (const id of made.splice(0)) await asAdmin(() => promotions().deletePromotion({ id }));
});

describe('a coupon in the cart', () => {
  it('takes its share off each line, and every total says what it is made of', async () => {
    const code = newCode();
    const { id } = await create({ code, name: 'Ten percent', categoryIds: [HOME] });
    const userId = newId();
    await asUser(userId, () => add(mug, 1));
    await asUser(userId, () => add(lamp, 1));

    const cart = await asUser(userId, () => apply(` ${code.toLowerCase()} `));

    expect([cart.subtotal?.minor, cart.discount?.minor, cart.total?.minor]).toEqual([4_583n, 458n, 4_125n]);
    expect([cart.couponCode, cart.couponNotice]).toEqual([code, undefined]);
    const entries = (adjustments: typeof cart.adjustments) =>
      adjustments.map(({ type, amount, promotionId, couponCode }) => [
        type,
        amount?.minor,
        promotionId,
        couponCode,
      ]);
    expect(entries(cart.adjustments)).toEqual([
      [AdjustmentType.BASE, 4_583n, undefined, undefined],
      [AdjustmentType.PROMOTION, -458n, id, code],
    ]);
    expect(cart.items.map(({ discount, adjustments }) => [discount?.minor, entries(adjustments)])).toEqual([
      // 10 % of 12.50 is half-even 1.25; of 33.33 it is 3.33: together 4.58.
      [
        125n,
        [
          [AdjustmentType.BASE, 1_250n, undefined, undefined],
          [AdjustmentType.PROMOTION, -125n, id, code],
        ],
      ],
      [
        333n,
        [
          [AdjustmentType.BASE, 3_333n, undefined, undefined],
          [AdjustmentType.PROMOTION, -333n, id, code],
        ],
      ],
    ]);
    expect(cart.promotions).toMatchObject([{ promotionId: id, code, discount: { minor: 458n } }]);
    const without = await asUser(userId, () => carts().removeCoupon({}));
    expect([without.total?.minor, without.couponCode]).toEqual([4_583n, undefined]);
  });

  it('is refused with the reason when it gives nothing, and the cart stays as it was', async () => {
    const userId = newId();
    await asUser(userId, () => add(mug, 1));
    const past = new Date(Date.now() - 1_000);
    const future = new Date(Date.now() + 60_000);
    const cases: [string, Partial<PromotionRules>][] = [
      ['NOT_STARTED', { startsAt: future }],
      ['EXPIRED', { endsAt: past }],
      ['INACTIVE', { active: false }],
      ['MINIMUM_NOT_REACHED', { minSubtotal: { minor: 1_251n, currency: 'USD' } }],
      ['NOTHING_ELIGIBLE', { productIds: [lamp] }],
      ['NOTHING_ELIGIBLE', { type: PromotionType.BUY_X_GET_Y, buyQuantity: 2, getQuantity: 1 }],
    ];
    await expect(asUser(userId, () => apply('NOBODY-KNOWS'))).rejects.toMatchObject({
      code: 'COUPON_INVALID',
      details: { reason: 'UNKNOWN', couponCode: 'NOBODY-KNOWS' },
    });
    for (const [reason, rules] of cases) {
      const code = newCode();
      await create({ ...rules, code });
      await expect(asUser(userId, () => apply(code))).rejects.toMatchObject({
        code: 'COUPON_INVALID',
        details: { reason, couponCode: code },
      });
    }
    await expect(asUser(userId, () => apply('  '))).rejects.toMatchObject({
      details: { fields: [{ field: 'couponCode' }] },
    });
    const cart = await asUser(userId, () => carts().getCart({}));
    expect([cart.couponCode, cart.version]).toEqual([undefined, 1n]);
  });

  it('stays in with a notice when it gives nothing any more, and comes back when it does', async () => {
    const code = newCode();
    await create({ code, minSubtotal: { minor: 2_500n, currency: 'USD' } });
    const userId = newId();
    const { items } = await asUser(userId, () => add(mug, 2));
    await asUser(userId, () => apply(code));
    const itemId = items[0]?.id ?? '';

    const fewer = await asUser(userId, () => carts().updateItem({ itemId, quantity: 1 }));
    const more = await asUser(userId, () => carts().updateItem({ itemId, quantity: 4 }));

    expect([fewer.couponCode, fewer.couponNotice, fewer.discount?.minor]).toEqual([
      code,
      'This coupon needs goods worth 25.00 USD: 12.50 more.',
      0n,
    ]);
    expect([more.couponNotice, more.discount?.minor]).toEqual([undefined, 500n]);
  });

  it('can be tried on for a calculation without being put in', async () => {
    const code = newCode();
    await create({ code, type: PromotionType.FIXED, amount: { minor: 500n, currency: 'USD' } });
    const userId = newId();
    await asUser(userId, () => add(mug, 1));

    const tried = await asUser(userId, () => carts().getCart({ couponCode: code }));
    const cart = await asUser(userId, () => carts().getCart({}));

    expect([tried.total?.minor, cart.total?.minor, cart.couponCode]).toEqual([750n, 1_250n, undefined]);
    await expect(asUser(userId, () => carts().getCart({ couponCode: 'NONE' }))).rejects.toMatchObject({
      code: 'COUPON_INVALID',
    });
  });

  it('for the first order asks a guest to sign in', async () => {
    const code = newCode();
    await create({ code, firstOrder: true });
    const sessionId = newId();
    await asGuest(sessionId, () => add(mug, 1));
    await expect(asGuest(sessionId, () => apply(code))).rejects.toMatchObject({
      details: { reason: 'SIGN_IN_REQUIRED' },
    });
    const userId = newId();
    await asUser(userId, () => add(mug, 1));
    expect((await asUser(userId, () => apply(code))).discount?.minor).toBe(125n);
  });
});

describe('a promotion without a code', () => {
  it('applies by itself from the next look on, together with a coupon, and ends when it is deleted', async () => {
    const { id } = await create({
      name: 'Two for one',
      type: PromotionType.BUY_X_GET_Y,
      basisPoints: 10_000,
      buyQuantity: 1,
      getQuantity: 1,
      priority: 1,
    });
    const code = newCode();
    await create({ code, type: PromotionType.FREE_SHIPPING, basisPoints: 0 });
    const userId = newId();
    await asUser(userId, () => add(mug, 2));

    const both = await asUser(userId, () => apply(code));
    await asAdmin(() => promotions().deletePromotion({ id }));
    const one = await asUser(userId, () => carts().getCart({}));

    expect([both.discount?.minor, both.freeShipping, both.promotions.length]).toEqual([1_250n, true, 2]);
    expect([one.discount?.minor, one.freeShipping]).toEqual([0n, true]);
    made.splice(made.indexOf(id), 1);
  });
});

describe('the administration of promotions', () => {
  it('keeps rules and answers with them, and records each act', async () => {
    const code = newCode();
    const startsAt = new Date('2026-01-01T00:00:00Z');
    const rules = {
      code,
      name: 'Spring',
      type: PromotionType.FIXED,
      basisPoints: 0,
      amount: { minor: 700n, currency: 'USD' },
      minSubtotal: { minor: 2_000n, currency: 'USD' },
      productIds: [mug],
      usageLimit: 10,
      perUserLimit: 1,
      startsAt,
      exclusive: true,
    };
    const { id } = await create(rules);
    const found = await asAdmin(() => promotions().getPromotion({ id }));
    const changed = await asAdmin(() =>
      promotions().updatePromotion({ id, rules: { name: 'Summer' }, fields: ['name', 'usageLimit'] }),
    );
    await asAdmin(() => promotions().deletePromotion({ id }));
    made.splice(made.indexOf(id), 1);

    expect(found).toMatchObject({ id, usageCount: 0, rules });
    expect(changed.rules).toMatchObject({ ...rules, name: 'Summer', usageLimit: undefined });
    await expect(asAdmin(() => promotions().getPromotion({ id }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await eventually(() => {
      const acts = service.audits().filter(({ data }) => data.target.id === id);
      expect(acts.map(({ data }) => data)).toMatchObject([
        { action: 'coupon.create', target: { type: 'coupon', id }, after: { code, name: 'Spring' } },
        { action: 'coupon.update', before: { name: 'Spring' }, after: { name: 'Summer' } },
        { action: 'coupon.delete', before: { name: 'Summer' } },
      ]);
    });
  });

  it('refuses bad rules field by field, a code that is taken, and whoever may not', async () => {
    const code = newCode();
    await create({ code });
    const bad = create({ code: 'a b', name: ' ', basisPoints: 10_001, usageLimit: 0, productIds: [newId()] });
    await expect(bad).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: {
        fields: ['value', 'usageLimit', 'code', 'name'].map((field) => expect.objectContaining({ field })),
      },
    });
    await expect(create({ code: code.toLowerCase() })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(create({ type: PromotionType.FIXED })).rejects.toMatchObject({
      details: { fields: [{ field: 'value' }] },
    });
    await expect(asUser(newId(), () => promotions().listPromotions({}))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('are walked by cursor from either end, whatever is added meanwhile', async () => {
    const mark = newCode();
    const add = (name: string) => create({ code: newCode(), name: `${mark} ${name}` });
    const walked = async (oldestFirst: boolean, meanwhile: () => Promise<unknown>) => {
      const found = await walkByCursor(async (page) => {
        const answer = await asAdmin(() => promotions().listPromotions({ search: mark, oldestFirst, page }));
        return { items: answer.promotions, page: answer.page };
      }, meanwhile);
      return found.map(({ rules }) => rules?.name.at(-1)).join('');
    };
    for (const name of ['1', '2', '3']) await add(name);

    expect(await walked(false, () => add('4'))).toBe('321');
    expect(await walked(true, () => add('5'))).toBe('12345');
  });

  it('makes one of two calls with the same idempotency key, and finds promotions by part of code or name', async () => {
    const code = newCode();
    const request = {
      rules: { code, name: 'Autumn leaves', type: PromotionType.FREE_SHIPPING, active: false },
    };
    const [first, second] = await asAdmin(async () => [
      await promotions().createPromotion(request, { idempotencyKey: 'once' }),
      await promotions().createPromotion(request, { idempotencyKey: 'once' }),
    ]);
    made.push(first?.id ?? '');

    const byName = await asAdmin(() => promotions().listPromotions({ search: 'leaves', active: false }));
    const byCode = await asAdmin(() => promotions().listPromotions({ search: code.toLowerCase() }));
    const active = await asAdmin(() => promotions().listPromotions({ search: 'leaves', active: true }));

    expect(second?.id).toBe(first?.id);
    expect([byName.promotions.map(({ id }) => id), byName.page?.total]).toEqual([[first?.id], 1n]);
    expect(byCode.promotions.map(({ id }) => id)).toContain(first?.id);
    expect(active.promotions).toEqual([]);
  });
});
