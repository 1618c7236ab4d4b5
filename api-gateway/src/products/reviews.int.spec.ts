import { createEvent } from '@vici/events';
import { type CreateReviewRequest, type Review, ReviewSort } from '@vici/proto-gen/product';
import { eventually, quickest, useTestRedis } from '@vici/testing';
import { currentContext, DomainError, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { account, CREATED, PRODUCT_ID, profile, UPDATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
const cached = useGateway({ CATALOGUE_CACHE_MS: '1000' });

const REVIEW_ID = '0195a000-0000-7000-8000-000000000c01';
const PATH = `/products/${PRODUCT_ID}/reviews`;
const BODY = { rating: 5, title: 'Bright', comment: 'Lights the room.' };

let token = '';
let userId = '';

beforeEach(async () => {
  ({ token, userId } = await signIn(redis.client));
  upstreams.auth.getAccounts = async ({ userIds }) => ({ accounts: userIds.map((id) => account(id)) });
  upstreams.user.getProfile = async () => profile(userId, { avatar: 'https://a.example/1' });
});

const review = (over: Partial<Review> = {}): Review => ({
  id: REVIEW_ID,
  productId: PRODUCT_ID,
  userId,
  userName: 'Augusta K.',
  rating: 5,
  title: 'Bright',
  comment: 'Lights the room.',
  images: [],
  helpful: 2,
  verified: true,
  createdAt: CREATED,
  ...over,
});
const shown = (over: Record<string, unknown> = {}) => ({
  ...review(),
  createdAt: '2026-03-01T10:00:00.000Z',
  ...over,
});

describe('the reviews of a product', () => {
  it('are listed for everybody, by page and order', async () => {
    const asked: unknown[] = [];
    upstreams.product.listReviews = async (request) => {
      asked.push(request);
      return { reviews: [review()], page: { page: 2, limit: 5, total: 6n } };
    };
    const answer = await call('GET', `${PATH}?page=2&limit=5&sort=rating_low`);
    expect(answer.body['data']).toEqual({
      data: [shown()],
      pagination: { page: 2, limit: 5, total: 6, totalPages: 2 },
    });
    const again = await call('GET', PATH, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    expect(asked).toEqual([
      { productId: PRODUCT_ID, sort: ReviewSort.RATING_LOW, page: { page: 2, limit: 5 } },
      { productId: PRODUCT_ID, sort: ReviewSort.NEWEST, page: { page: 0, limit: 0 } },
    ]);
  });

  it('have the orders they have, and a product', async () => {
    upstreams.product.listReviews = async () => {
      throw new DomainError('NOT_FOUND', 'No such product.');
    };
    const unsorted = await call('GET', `${PATH}?sort=random&limit=101`);
    expect([unsorted.status, unsorted.body['details']]).toEqual([
      400,
      {
        fields: [
          { field: 'sort', message: 'must be one of newest, oldest, rating_high, rating_low, helpful' },
          { field: 'limit', message: 'must be at most 100' },
        ],
      },
    ]);
    expect((await call('GET', PATH)).status).toBe(404);
  });

  it('are made anew when a review is told of', async () => {
    let count = 1;
    cached.upstreams.product.listReviews = async () => ({
      reviews: [],
      page: { page: 1, limit: 20, total: BigInt(count) },
    });
    const becomesShown = () =>
      eventually(async () =>
        expect((await cached.call('GET', PATH)).body['data']).toMatchObject({ pagination: { total: count } }),
      );
    await becomesShown();

    // Untold, each try takes a second.
    const soonest = await quickest(500, async () => {
      count += 1;
      await cached.service.publish(
        createEvent('review.created', {
          subject: PRODUCT_ID,
          data: {
            reviewId: REVIEW_ID,
            productId: PRODUCT_ID,
            userId,
            rating: 5,
            productRating: 5,
            productReviewCount: count,
          },
        }),
      );
      await becomesShown();
    });
    expect(soonest).toBeLessThan(500);
  });
});

describe('a review', () => {
  it('is written under the first name and the initial of the profile, once for an idempotency key', async () => {
    const received: CreateReviewRequest[] = [];
    const contexts: unknown[] = [];
    upstreams.product.createReview = async (request) => {
      received.push(request);
      contexts.push([currentContext()?.caller.userId, currentContext()?.idempotencyKey]);
      return review({ images: request.images, userAvatar: request.userAvatar });
    };
    const image = 'http://localhost:9000/vici-media/reviews/a.webp';
    const send = () =>
      call('POST', PATH, {
        token,
        body: { ...BODY, images: [image], userName: 'Mallory', verified: true },
        headers: { 'idempotency-key': 'review-key-1' },
      });
    const answer = await send();
    expect([answer.status, answer.body['data']]).toEqual([
      201,
      shown({ images: [image], userAvatar: 'https://a.example/1' }),
    ]);
    expect((await send()).body['data']).toEqual(answer.body['data']);
    expect(received).toEqual([
      {
        ...BODY,
        images: [image],
        productId: PRODUCT_ID,
        userName: 'Augusta K.',
        userAvatar: 'https://a.example/1',
        userAsOf: UPDATED,
      },
    ]);
    expect(contexts).toEqual([[userId, 'review-key-1']]);
  });

  it('needs a user, and fields of their types', async () => {
    expect((await call('POST', PATH, { body: BODY })).status).toBe(401);
    const answer = await call('POST', PATH, { token, body: { rating: '5', title: 7, images: 'a.png' } });
    expect([answer.status, answer.body['details']]).toEqual([
      400,
      {
        fields: [
          { field: 'rating', message: 'must be a number' },
          { field: 'title', message: 'must be a string' },
          { field: 'comment', message: 'is required' },
          { field: 'images', message: 'must be an array' },
        ],
      },
    ]);
  });

  it('is refused with what product-service says of it', async () => {
    const fields = [
      { field: 'rating', message: 'must be a whole number from 1 to 5' },
      { field: 'title', message: 'is required' },
    ];
    upstreams.product.createReview = async ({ title }) => {
      if (title === '') throw new DomainError('VALIDATION_FAILED', 'Some fields are wrong.', { fields });
      throw new DomainError('ALREADY_EXISTS', 'You have reviewed this product already.');
    };
    const bad = await call('POST', PATH, { token, body: { rating: 9, title: '', comment: 'c' } });
    expect([bad.status, bad.body['details']]).toEqual([400, { fields }]);
    const second = await call('POST', PATH, { token, body: BODY });
    expect([second.status, second.body['error']]).toEqual([409, 'ALREADY_EXISTS']);
  });

  it('is found helpful by a user, not by its author', async () => {
    const asked: unknown[] = [];
    upstreams.product.markReviewHelpful = async (request) => {
      asked.push(request);
      if (asked.length > 1) throw new DomainError('FORBIDDEN', 'Your own review.');
      return review({ helpful: 3 });
    };
    const path = `${PATH}/${REVIEW_ID}/helpful`;
    expect((await call('POST', path)).status).toBe(401);
    const answer = await call('POST', path, { token });
    expect([answer.status, answer.body['data']]).toEqual([200, shown({ helpful: 3 })]);
    expect((await call('POST', path, { token })).status).toBe(403);
    expect((await call('POST', `${PATH}/${newId()}x/helpful`, { token })).status).toBe(400);
    expect(asked).toEqual(Array(2).fill({ productId: PRODUCT_ID, reviewId: REVIEW_ID }));
  });
});
