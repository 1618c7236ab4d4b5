import { z } from 'zod';
import { choice, id, idParams, pageQuery } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { reviewShape } from './review.shapes.js';

const tags = ['Reviews'];

export const REVIEW_SORTS = ['newest', 'oldest', 'rating_high', 'rating_low', 'helpful'] as const;

export const listReviewsRoute = defineRoute({
  method: 'GET',
  path: '/products/:id/reviews',
  auth: 'public',
  summary: 'Reviews of a product, the newest first unless told otherwise',
  tags,
  params: idParams,
  query: z.object({ sort: choice(REVIEW_SORTS), ...pageQuery }),
  response: listOf(reviewShape),
  etag: true,
  errors: ['NOT_FOUND'],
});

export const createReviewRoute = defineRoute({
  method: 'POST',
  path: '/products/:id/reviews',
  auth: 'user',
  summary: 'Review a product, once',
  tags,
  params: idParams,
  // Only the types are checked here: product-service knows all the rules, and names every field that breaks one.
  body: z.object({
    rating: z.int32().meta({ minimum: 1, maximum: 5 }),
    title: z.string().meta({ minLength: 1, maxLength: 120 }),
    comment: z.string().meta({ minLength: 1, maxLength: 4000 }),
    images: z
      .array(z.string())
      .nullish()
      .transform((images) => images ?? [])
      .describe("At most 5 addresses of pictures on Vici's media host."),
  }),
  response: reviewShape,
  status: 201,
  idempotent: true,
  errors: ['NOT_FOUND', 'ALREADY_EXISTS'],
});

export const markReviewHelpfulRoute = defineRoute({
  method: 'POST',
  path: '/products/:id/reviews/:reviewId/helpful',
  auth: 'user',
  summary: "Find somebody else's review helpful; counts once",
  tags,
  params: z.object({ id, reviewId: id }),
  response: reviewShape,
  errors: ['FORBIDDEN', 'NOT_FOUND'],
});
