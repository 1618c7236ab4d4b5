import {
  ProductServiceDefinition,
  ReviewModerationServiceDefinition,
  ReviewStatus,
} from '@vici/proto-gen/product';
import { asCaller, eventually, useService, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';
import { categoryInputs, productInput } from './product.fixture.js';

const shownFirst = useService(productService);
const heldFirst = useService(productService, { REVIEW_MODERATION: 'before' });
const MODERATOR = newId();
const { APPROVED, REJECTED, PENDING, PUBLISHED } = ReviewStatus;

function shopOf(service: typeof shownFirst) {
  const shop = () => service.client(ProductServiceDefinition);
  const moderation = () => service.client(ReviewModerationServiceDefinition);
  const asModerator = <T>(work: () => Promise<T>) => asCaller({ role: 'admin', userId: MODERATOR }, work);
  return {
    open: () => asCaller({ role: 'system' }, () => shop().upsertCategories({ categories: categoryInputs })),
    product: async () => {
      const { products } = await asCaller({ role: 'system' }, () =>
        shop().upsertProducts({ products: [productInput()] }),
      );
      return products[0]?.id ?? '';
    },
    review: (productId: string, rating: number) =>
      asCaller({ role: 'customer', userId: newId() }, () =>
        shop().createReview({ productId, rating, title: 'T', comment: 'C', userName: 'Ada L.' }),
      ),
    judge: (reviewId: string, status: ReviewStatus, note?: string) =>
      asModerator(() => moderation().moderateReview({ reviewId, status, note })),
    queue: (productId: string, status = ReviewStatus.UNSPECIFIED) =>
      asModerator(async () => (await moderation().listAdminReviews({ productId, status })).reviews),
    shown: async (productId: string) => (await shop().listReviews({ productId })).reviews.map(({ id }) => id),
    rating: async (productId: string) => {
      const { rating, reviewCount } = await shop().getProduct({ by: { $case: 'id', value: productId } });
      return [rating, reviewCount];
    },
    vote: (productId: string, reviewId: string) =>
      asCaller({ role: 'customer', userId: newId() }, () =>
        shop().markReviewHelpful({ productId, reviewId }),
      ),
    told: (productId: string) =>
      service
        .events()
        .flatMap(({ type, subject }) => (subject === productId && type.startsWith('review.') ? [type] : [])),
  };
}

const shop = shopOf(shownFirst);
const strict = shopOf(heldFirst);

beforeAll(async () => {
  await shop.open();
  await strict.open();
});

describe('a review that is looked at after it is shown', () => {
  it('rejected disappears with its rating, approved again comes back with it', async () => {
    const productId = await shop.product();
    const good = await shop.review(productId, 5);
    const bad = await shop.review(productId, 1);
    expect((await shop.queue(productId)).map(({ review, status }) => [review?.id, status])).toEqual([
      [good.id, PUBLISHED],
      [bad.id, PUBLISHED],
    ]);

    const rejected = await shop.judge(bad.id, REJECTED, ' Insults ');

    expect(rejected).toMatchObject({ status: REJECTED, note: 'Insults', moderatedBy: MODERATOR });
    expect([await shop.shown(productId), await shop.rating(productId)]).toEqual([[good.id], [5, 1]]);
    await expect(shop.vote(productId, bad.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await shop.judge(bad.id, REJECTED);
    await shop.judge(good.id, APPROVED);
    expect(await shop.queue(productId)).toEqual([]);
    expect((await shop.queue(productId, REJECTED)).map(({ review }) => review?.id)).toEqual([bad.id]);
    await shop.judge(bad.id, APPROVED);
    expect([(await shop.shown(productId)).length, await shop.rating(productId)]).toEqual([2, [3, 2]]);
    const acts = () => shownFirst.audits().filter(({ data }) => data.target.id === bad.id);
    await eventually(() =>
      expect(acts().map(({ data }) => [data.action, data.before, data.after])).toEqual([
        ['review.moderate', { status: 'PUBLISHED' }, { status: 'REJECTED' }],
        ['review.moderate', { status: 'REJECTED' }, { status: 'APPROVED' }],
      ]),
    );
  });

  it('is found by its words, from either end', async () => {
    const productId = await shop.product();
    const [first, second] = [await shop.review(productId, 5), await shop.review(productId, 1)];
    const found = async (search: string, newestFirst = false) => {
      const request = { productId, search, newestFirst };
      const asModerator = { role: 'admin', userId: MODERATOR } as const;
      const { reviews, page } = await asCaller(asModerator, () =>
        shownFirst.client(ReviewModerationServiceDefinition).listAdminReviews(request),
      );
      return [reviews.map(({ review }) => review?.id), Number(page?.total)];
    };

    expect(await found(first.title.toUpperCase())).toEqual([[first.id, second.id], 2]);
    expect(await found(first.title, true)).toEqual([[second.id, first.id], 2]);
    expect(await found('%')).toEqual([[], 0]);
    const walked = await walkByCursor(
      async (page) => {
        const answer = await asCaller({ role: 'admin', userId: MODERATOR }, () =>
          shownFirst
            .client(ReviewModerationServiceDefinition)
            .listAdminReviews({ productId, newestFirst: true, page }),
        );
        return { items: answer.reviews, page: answer.page };
      },
      () => shop.review(productId, 3),
    );
    expect(walked.map(({ review }) => review?.id)).toEqual([second.id, first.id]);
  });

  it('judged while others write leaves the rating exact', async () => {
    const productId = await shop.product();
    const first = await Promise.all([1, 1, 1, 1, 1].map((rating) => shop.review(productId, rating)));

    await Promise.all([
      ...first.map(({ id }) => shop.judge(id, REJECTED)),
      ...[5, 5, 4, 4].map((rating) => shop.review(productId, rating)),
    ]);

    expect(await shop.rating(productId)).toEqual([4.5, 4]);
  });

  it('is read by support and judged by administrators', async () => {
    const { id } = await shop.review(await shop.product(), 5);
    const moderation = shownFirst.client(ReviewModerationServiceDefinition);
    const asSupport = <T>(work: () => Promise<T>) => asCaller({ role: 'support', userId: newId() }, work);

    expect((await asSupport(() => moderation.listAdminReviews({}))).page?.total).toBeGreaterThan(0n);
    await expect(
      asSupport(() => moderation.moderateReview({ reviewId: id, status: APPROVED })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(shop.judge(id, PUBLISHED)).rejects.toMatchObject({
      details: { fields: [{ field: 'status', message: 'must be APPROVED or REJECTED' }] },
    });
    await expect(shop.judge(newId(), APPROVED)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a review that is looked at before it is shown', () => {
  it('counts and is told of from its approval on', async () => {
    const productId = await strict.product();
    const { id } = await strict.review(productId, 4);

    expect([await strict.shown(productId), await strict.rating(productId)]).toEqual([[], [0, 0]]);
    expect((await strict.queue(productId, PENDING)).map(({ review }) => review?.id)).toEqual([id]);
    await strict.judge(id, APPROVED);

    expect([await strict.shown(productId), await strict.rating(productId)]).toEqual([[id], [4, 1]]);
    await eventually(() => expect(strict.told(productId)).toEqual(['review.created', 'review.moderated']));
  });
});
