import {
  type CreateReviewRequest,
  ProductServiceDefinition,
  ProductStatus,
  ReviewSort,
} from '@vici/proto-gen/product';
import { asCaller, eventually, pauseAt, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';
import { AccountEventHandlers } from './account.event-handlers.js';
import { categoryInputs, productInput } from './product.fixture.js';
import { confirmed, renamed } from './review.fixture.js';

const service = useService(productService, { DATABASE_POOL_MAX: '10' });
const products = () => service.client(ProductServiceDefinition);
const asSystem = <T>(work: () => Promise<T>) => asCaller({ role: 'system' }, work);
const asUser = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);

async function create(over: Parameters<typeof productInput>[0] = {}): Promise<string> {
  const { products: made } = await asSystem(() =>
    products().upsertProducts({ products: [productInput(over)] }),
  );
  return made[0]?.id ?? '';
}

const read = (id: string) => products().getProduct({ by: { $case: 'id', value: id } });
const review = (
  productId: string,
  over: Partial<CreateReviewRequest> = {},
  userId: string = newId(),
  idempotencyKey?: string,
) =>
  asUser(userId, () =>
    products().createReview(
      {
        productId,
        rating: 4,
        title: 'Bright',
        comment: 'Lights the room.',
        userName: 'Ada L.',
        userAsOf: new Date('2026-03-01T10:00:00.000Z'),
        ...over,
      },
      { timeoutMs: 20_000, ...(idempotencyKey !== undefined && { idempotencyKey }) },
    ),
  );
const list = async (productId: string, sort = ReviewSort.UNSPECIFIED, page = { page: 0, limit: 0 }) =>
  (await products().listReviews({ productId, sort, page })).reviews;
const vote = (productId: string, reviewId: string, userId: string = newId()) =>
  asUser(userId, () => products().markReviewHelpful({ productId, reviewId }));
const told = (productId: string) =>
  service.events().filter(({ type, subject }) => type === 'review.created' && subject === productId);

beforeAll(async () => {
  await asSystem(() => products().upsertCategories({ categories: categoryInputs }));
});

describe('writing a review', () => {
  it('shows it at once, rates the product and tells the other services', async () => {
    const productId = await create();
    const userId = newId();

    const made = await review(productId, { rating: 5, userAvatar: 'https://a.example/1' }, userId);
    await review(productId, { rating: 4 });
    await review(productId, { rating: 4 });

    expect(made).toEqual({
      id: made.id,
      productId,
      userId,
      userName: 'Ada L.',
      userAvatar: 'https://a.example/1',
      rating: 5,
      title: 'Bright',
      comment: 'Lights the room.',
      images: [],
      helpful: 0,
      verified: false,
      createdAt: made.createdAt,
    });
    expect((await list(productId)).at(-1)).toEqual(made);
    // 13 / 3, to one decimal. A rating is no content: the version stays.
    expect(await read(productId)).toMatchObject({ rating: 4.3, reviewCount: 3, version: 1n });
    await eventually(() =>
      expect(told(productId).map(({ data }) => data)).toMatchObject([
        { reviewId: made.id, productId, userId, rating: 5, productRating: 5, productReviewCount: 1 },
        { rating: 4, productRating: 4.5, productReviewCount: 2 },
        { rating: 4, productRating: 4.3, productReviewCount: 3 },
      ]),
    );
  });

  it('by fifty users at once gives the exact average, and an event for each', async () => {
    const productId = await create();
    const ratings = Array.from({ length: 50 }, (_, index) => (index % 5) + 1).map((rating) =>
      rating === 3 ? 5 : rating,
    );

    await Promise.all(ratings.map((rating) => review(productId, { rating })));

    // 10 each of 1, 2, 4, 5 and 5 again: 170 / 50.
    expect(await read(productId)).toMatchObject({ rating: 3.4, reviewCount: 50 });
    await eventually(() => {
      const counts = told(productId).map(({ data }) => Reflect.get(data, 'productReviewCount'));
      expect(counts).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });
  });

  it('a second time is refused, also at the same time, and leaves no trace', async () => {
    const productId = await create();
    const userId = newId();

    const answers = await Promise.allSettled([
      review(productId, { rating: 1 }, userId),
      review(productId, { rating: 1 }, userId),
      review(productId, { rating: 1 }, userId, 'another-call'),
    ]);

    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(review(productId, { rating: 5 }, userId)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await read(productId)).toMatchObject({ rating: 1, reviewCount: 1 });
    expect(await list(productId)).toHaveLength(1);
    await eventually(() => expect(told(productId)).toHaveLength(1));
  });

  it('again under the same idempotency key gives the same review', async () => {
    const productId = await create();
    const userId = newId();

    const first = await review(productId, {}, userId, 'key-1');
    const again = await review(productId, {}, userId, 'key-1');

    expect(again).toEqual(first);
    await expect(review(productId, {}, userId, 'key-2')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await read(productId)).toMatchObject({ reviewCount: 1 });
  });

  it('of a product that is unknown or not shown is NOT_FOUND, and so are its reviews', async () => {
    const hidden = await create({ status: ProductStatus.INACTIVE });

    for (const productId of [newId(), hidden]) {
      await expect(review(productId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(list(productId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(told(hidden)).toEqual([]);
  });

  it('needs a user, and fields that are right: every bad one is named', async () => {
    const productId = await create();
    const anonymous = asCaller({ role: 'anonymous' }, () => products().createReview({ productId }));
    const foreign = 'https://elsewhere.example/vici-media/a.png';

    await expect(anonymous).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(
      review(productId, { rating: 0, title: ' ', comment: 'a\u0000b', images: [foreign] }),
    ).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: {
        fields: [{ field: 'rating' }, { field: 'title' }, { field: 'comment' }, { field: 'images[0]' }],
      },
    });
    expect(await read(productId)).toMatchObject({ rating: 0, reviewCount: 0 });
  });
});

describe('a list of reviews', () => {
  it('stands in the order asked for, page by page', async () => {
    const productId = await create();
    const made: string[] = [];
    for (const rating of [3, 5, 1, 5]) made.push((await review(productId, { rating })).id);
    const [three = '', five = '', one = '', fiveAgain = ''] = made;
    await vote(productId, one);
    await vote(productId, one);
    await vote(productId, five);
    const ids = async (sort: ReviewSort) => (await list(productId, sort)).map(({ id }) => id);

    expect(await ids(ReviewSort.UNSPECIFIED)).toEqual([fiveAgain, one, five, three]);
    expect(await ids(ReviewSort.NEWEST)).toEqual([fiveAgain, one, five, three]);
    expect(await ids(ReviewSort.OLDEST)).toEqual([three, five, one, fiveAgain]);
    expect(await ids(ReviewSort.RATING_HIGH)).toEqual([fiveAgain, five, three, one]);
    expect(await ids(ReviewSort.RATING_LOW)).toEqual([one, three, fiveAgain, five]);
    expect(await ids(ReviewSort.HELPFUL)).toEqual([one, five, fiveAgain, three]);
    const second = await products().listReviews({ productId, page: { page: 2, limit: 3 } });
    expect(second.reviews.map(({ id }) => id)).toEqual([three]);
    expect(second.page).toEqual({ page: 2, limit: 3, total: 4n, totalIsEstimate: false });
  });
});

describe('a vote', () => {
  it('counts once for each user, however often and at whatever time it is given', async () => {
    const productId = await create();
    const { id } = await review(productId);
    const voter = newId();

    await Promise.all([vote(productId, id, voter), vote(productId, id, voter), vote(productId, id)]);

    expect(await vote(productId, id, voter)).toMatchObject({ id, helpful: 2 });
    expect(await list(productId)).toMatchObject([{ id, helpful: 2 }]);
  });

  it('for a review of one’s own is refused, and for one that is not there NOT_FOUND', async () => {
    const productId = await create();
    const other = await create();
    const { id, userId } = await review(productId);

    await expect(vote(productId, id, userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(vote(other, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(vote(productId, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      asCaller({ role: 'anonymous' }, () => products().markReviewHelpful({ productId, reviewId: id })),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await list(productId)).toMatchObject([{ helpful: 0 }]);
  });
});

describe('a verified review', () => {
  it('is one of a buyer, whether bought before or after it was written', async () => {
    const [before, after, other] = [await create(), await create(), await create()];
    const buyer = newId();
    const early = await review(after, {}, buyer);
    await review(after);

    await service.publish(confirmed(buyer, [before, before, after, newId()]));
    await eventually(async () =>
      expect(
        (await list(after, ReviewSort.OLDEST)).map(({ id, verified }) => [id === early.id, verified]),
      ).toEqual([
        [true, true],
        [false, false],
      ]),
    );

    expect(early.verified).toBe(false);
    expect((await review(before, {}, buyer)).verified).toBe(true);
    expect((await review(other, {}, buyer)).verified).toBe(false);
  });

  it('misses no purchase that is confirmed while it is being written', async () => {
    const productId = await create();
    const [buyer, writer] = [newId(), pauseAt('product.review-written')];
    const writing = review(productId, {}, buyer);
    await writer.reached;
    await service.publish(confirmed(buyer, [productId]));
    await new Promise((resolve) => setTimeout(resolve, 200));
    writer.resume();
    writer[Symbol.dispose]();

    expect((await writing).verified).toBe(false);
    await eventually(async () => expect(await list(productId)).toMatchObject([{ verified: true }]));
  });
});

describe('the name beside a review', () => {
  it('follows the profile, and an older profile never replaces a newer one', async () => {
    const [first, second] = [await create(), await create()];
    const userId = newId();
    await review(first, { userAsOf: new Date('2026-03-01T10:00:00.000Z') }, userId);

    await service.publish(
      renamed(userId, 'Augusta', 'King', '2026-03-02T10:00:00.000Z', 'https://a.example/2'),
    );
    await eventually(async () =>
      expect(await list(first)).toMatchObject([
        { userName: 'Augusta K.', userAvatar: 'https://a.example/2' },
      ]),
    );
    // Read from the profile before it changed, written after.
    const late = await review(second, { userAsOf: new Date('2026-03-01T11:00:00.000Z') }, userId);
    const handlers = service.get(AccountEventHandlers);
    await handlers.onUpdated(renamed(userId, 'Ada', 'Byron', '2026-03-01T12:00:00.000Z'));
    await handlers.onUpdated(renamed(userId, '', '', '2026-03-03T10:00:00.000Z'));
    await handlers.onUpdated(renamed(newId(), 'Mary', 'Somerville', '2026-03-04T10:00:00.000Z'));

    expect(late).toMatchObject({ userName: 'Augusta K.' });
    expect(await list(first)).toMatchObject([{ userName: 'Augusta K.', userAvatar: 'https://a.example/2' }]);
  });
});
