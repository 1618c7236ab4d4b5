import { ReviewStatus } from '@vici/proto-gen/product';
import { useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED, PRODUCT_ID } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
let token = '';
const review = {
  id: newId(),
  productId: PRODUCT_ID,
  userId: newId(),
  userName: 'Ada L.',
  rating: 1,
  title: 'Bad',
  comment: 'C',
  images: [],
  helpful: 0,
  verified: false,
  createdAt: CREATED,
};
const moderated = {
  review,
  status: ReviewStatus.REJECTED,
  productName: 'Lamp',
  note: 'Insults',
  moderatedAt: CREATED,
};

beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'support' }));
});

it('shows support the reviews that wait, and lets only administrators judge them', async () => {
  const asked: unknown[] = [];
  upstreams.reviewModeration.listAdminReviews = async ({ status, productId, search, newestFirst }) => {
    asked.push([status, productId, search, newestFirst]);
    return { reviews: [moderated], page: { page: 1, limit: 20, total: 1n } };
  };
  upstreams.reviewModeration.moderateReview = async (request) => {
    asked.push(request);
    return moderated;
  };
  const listed = await call(
    'GET',
    `/admin/reviews?status=REJECTED&productId=${PRODUCT_ID}&search=bad&sort=newest`,
    { token },
  );
  const shown = {
    id: review.id,
    status: 'REJECTED',
    productName: 'Lamp',
    note: 'Insults',
    createdAt: '2026-03-01T10:00:00.000Z',
  };
  expect(listed.body['data']).toMatchObject({ data: [shown], pagination: { total: 1 } });
  const path = `/admin/reviews/${review.id}`;
  const body = { status: 'REJECTED', note: 'Insults' };
  expect((await call('PATCH', path, { token, body })).status).toBe(403);
  const { token: admin } = await signIn(redis.client, { role: 'admin' });
  expect((await call('PATCH', path, { token: admin, body })).body['data']).toMatchObject(shown);
  expect((await call('PATCH', path, { token: admin, body: { status: 'PENDING' } })).status).toBe(400);
  expect(asked).toEqual([
    [ReviewStatus.REJECTED, PRODUCT_ID, 'bad', true],
    { reviewId: review.id, status: ReviewStatus.REJECTED, note: 'Insults' },
  ]);
});
