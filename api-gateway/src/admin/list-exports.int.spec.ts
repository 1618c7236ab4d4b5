import { PromotionType } from '@vici/proto-gen/cart';
import { ReturnStatus } from '@vici/proto-gen/order';
import { PaymentStatus } from '@vici/proto-gen/payment';
import { CategorySort, ReviewStatus } from '@vici/proto-gen/product';
import { MerchandisingKind } from '@vici/proto-gen/recommendation';
import { useTestRedis } from '@vici/testing';
import { currentCaller, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { account, CREATED, ORDER_ID, PRODUCT_ID, usd } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

let token = '';
beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
});

const AT = CREATED.toISOString();
const userId = newId();
const id = newId();

/** A file as rows of cells; none of these cells holds a comma. */
async function fileOf(path: string): Promise<{ name: string | null; rows: string[][] }> {
  const { headers, text } = await call('GET', path, { token });
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const lines = text.replace('\ufeff', '').trimEnd().split('\r\n');
  return { name: headers.get('content-disposition'), rows: lines.map((line) => line.split(',')) };
}

describe('the exports of lists', () => {
  it('follow the cursors of the list with its filters, in the name of whoever asks', async () => {
    const asked: unknown[] = [];
    upstreams.accountAdmin.listAccounts = async ({ page, ...filter }) => {
      const { limit, cursor = 'first' } = page ?? {};
      asked.push([limit, cursor, filter, currentCaller().role]);
      const found = account(userId, { email: `${cursor}@example.com`, role: 'support' });
      const nextCursor = cursor === 'first' ? 'second' : undefined;
      return { accounts: [found], page: { page: 1, limit: 100, total: 2n, nextCursor } };
    };

    const { name, rows } = await fileOf('/admin/users/export?role=support&search=ada');

    expect(name).toContain('users.csv');
    const [titles, ...users] = rows;
    expect(titles?.slice(0, 5)).toEqual(['id', 'email', 'firstName', 'lastName', 'role']);
    expect(users.map((cells) => cells[1])).toEqual(['first@example.com', 'second@example.com']);
    const filter = { role: 'support', search: 'ada', oldestFirst: false };
    expect(asked).toEqual([
      [100, 'first', filter, 'admin'],
      [100, 'second', filter, 'admin'],
    ]);
  });

  it('are lists that can be walked by cursor themselves', async () => {
    upstreams.accountAdmin.listAccounts = async ({ page }) => {
      const info = { page: 1, limit: 1, total: 2n, nextCursor: `${page?.cursor} and more` };
      return { accounts: [], page: info };
    };

    const { body } = await call('GET', '/admin/users?limit=1&cursor=here', { token });

    expect(body['data']).toMatchObject({ pagination: { nextCursor: 'here and more', total: 2 } });
  });

  it('tell of every privileged act what it changed', async () => {
    let asked: unknown;
    upstreams.accountAdmin.listAuditEntries = async ({ action, from }) => {
      asked = [action, from];
      const entry = {
        id,
        action: 'account.block',
        actorRole: 'admin',
        actorId: userId,
        targetType: 'account',
        targetId: userId,
        afterJson: '{"blocked":true}',
        requestId: 'r1',
        recordedAt: CREATED,
      };
      return { entries: [entry], page: { page: 1, limit: 100, total: 1n } };
    };

    const { text } = await call('GET', `/admin/audit/export?action=account&from=${AT}`, { token });

    expect(asked).toEqual(['account', CREATED]);
    expect(text.split('\r\n')[1]).toBe(
      `${id},${AT},account.block,admin,${userId},,account,${userId},,"{""blocked"":true}",,,r1`,
    );
  });

  it('hold coupons, reviews, payments and returns', async () => {
    const page = { page: 1, limit: 100, total: 1n };
    const rules = { code: 'TEN', name: 'Ten', type: PromotionType.PERCENTAGE, basisPoints: 1_000 };
    const dates = { createdAt: CREATED, updatedAt: CREATED };
    upstreams.promotion.listPromotions = async () => ({
      promotions: [{ id, rules, usageCount: 3, ...dates }],
      page,
    });
    const review = { id, productId: PRODUCT_ID, userId, userName: 'Ada L.', rating: 4, createdAt: CREATED };
    upstreams.reviewModeration.listAdminReviews = async () => ({
      reviews: [{ review, status: ReviewStatus.PENDING, productName: 'Lamp' }],
      page,
    });
    upstreams.payment.listPayments = async () => ({
      payments: [
        {
          id,
          userId,
          status: PaymentStatus.SUCCEEDED,
          provider: 'sandbox',
          amount: usd(2_499n),
          captured: usd(2_499n),
          refunded: usd(0n),
          createdAt: CREATED,
        },
      ],
      page,
    });
    upstreams.order.searchReturns = async () => ({
      returns: [
        {
          id,
          orderId: ORDER_ID,
          orderNumber: 'VIC-1',
          userId,
          status: ReturnStatus.REQUESTED,
          reason: 'Too small',
          value: usd(500n),
          ...dates,
        },
      ],
      page,
    });

    const [coupons, reviews, payments, returns] = [
      await fileOf('/admin/coupons/export?active=true'),
      await fileOf('/admin/reviews/export?status=PENDING'),
      await fileOf('/admin/payments/export?disputed=true'),
      await fileOf('/admin/returns/export'),
    ];

    expect(coupons.rows[1]?.slice(0, 5)).toEqual([id, 'TEN', 'Ten', 'PERCENTAGE', '10']);
    expect(reviews.rows[1]?.slice(0, 5)).toEqual([id, AT, 'PENDING', PRODUCT_ID, 'Lamp']);
    expect(payments.rows[1]?.slice(0, 8)).toEqual([
      ...[id, AT, 'SUCCEEDED', userId, '', 'sandbox', '24.99', '24.99'],
    ]);
    expect(returns.rows[1]?.slice(0, 7)).toEqual([
      ...[id, AT, 'REQUESTED', ORDER_ID, 'VIC-1', userId, 'Too small'],
    ]);
  });

  it('hold categories, pins and boosts as narrowed by the list, and the arms of experiments', async () => {
    const category = { id, slug: 'lamps', name: 'Lamps', sortOrder: 1, isActive: true };
    const asked: unknown[] = [];
    upstreams.catalogueAdmin.listAdminCategories = async ({ page, ...filter }) => {
      asked.push([filter, page]);
      return { categories: [category], ...(page && { page: { page: 1, limit: 100, total: 1n } }) };
    };
    const dates = { createdAt: CREATED, updatedAt: CREATED };
    const pin = { kind: MerchandisingKind.PIN, productId: PRODUCT_ID, position: 2, note: 'Season' };
    const boost = { kind: MerchandisingKind.BOOST, productId: PRODUCT_ID, factor: 3, note: '' };
    upstreams.merchandising.listRules = async ({ page, kind, search }) => {
      asked.push([{ kind, search }, page]);
      const fields = kind === MerchandisingKind.PIN ? pin : boost;
      return { rules: [{ id, fields, ...dates }], ...(page && { page: { page: 1, limit: 100, total: 1n } }) };
    };
    const rate = { answers: 10n, rate: 0.1, low: 0.05, high: 0.17 };
    const rates = { clicked: rate, addedToCart: rate, purchased: rate };
    upstreams.recommendation.reportExperiments = async ({ page, running, mostServedFirst }) => ({
      page: { page: page?.page ?? 0, limit: page?.limit ?? 0, total: running && mostServedFirst ? 1n : 0n },
      arms: [{ experiment: 'lists', arm: 'plain', algorithm: 'vmis', share: 0.5, served: 100n, ...rates }],
    });

    const categories = await fileOf('/admin/categories/export?search=LAM&active=true');
    const rules = await fileOf('/admin/recommendations/export?kind=PIN&search=season');
    const listedRules = await call('GET', '/admin/recommendations?kind=BOOST', { token });
    const experiments = await fileOf('/admin/recommendations/experiments/export');
    const arms = await call('GET', '/admin/recommendations/experiments?running=true&sort=served&limit=5', {
      token,
    });

    expect(categories.rows.slice(1).map((cells) => cells.slice(0, 3))).toEqual([[id, 'lamps', 'Lamps']]);
    expect(rules.rows.slice(1).map((cells) => cells.slice(0, 3))).toEqual([[id, 'PIN', PRODUCT_ID]]);
    expect(listedRules.body['data']).toMatchObject([{ kind: 'BOOST', factor: 3 }]);
    const page = { page: 0, limit: 100 };
    expect(asked).toEqual([
      [{ search: 'LAM', active: true, sort: CategorySort.UNSPECIFIED }, page],
      [{ kind: MerchandisingKind.PIN, search: 'season' }, page],
      [{ kind: MerchandisingKind.BOOST, search: undefined }, undefined],
    ]);
    expect(arms.body['data']).toMatchObject({
      data: [{ arm: 'plain' }],
      pagination: { limit: 5, total: 1 },
    });
    expect(experiments.rows[1]?.slice(0, 9)).toEqual([
      ...['lists', 'plain', 'vmis', '0.5', '100', '10', '0.1', '0.05', '0.17'],
    ]);
  });

  it('are for whoever may read the list', async () => {
    const support = await signIn(redis.client, { role: 'support' });
    upstreams.accountAdmin.listAccounts = async () => ({
      accounts: [],
      page: { page: 1, limit: 100, total: 0n },
    });
    const statusOf = async (list: string) =>
      (await call('GET', `/admin/${list}/export`, { token: support.token })).status;

    expect(
      await Promise.all(['users', 'audit', 'coupons', 'recommendations', 'categories'].map(statusOf)),
    ).toEqual([200, 403, 403, 403, 403]);
  });
});
