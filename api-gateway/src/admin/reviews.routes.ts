import { z } from 'zod';
import { reviewShape } from '../products/review.shapes.js';
import { choice, id, idParams, pageQuery } from '../rest/fields.js';
import { instant, listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Administration: reviews'];

export const REVIEW_STATUSES = ['PENDING', 'PUBLISHED', 'APPROVED', 'REJECTED'] as const;

export const adminReviewShape = reviewShape
  .extend({
    status: z
      .enum(REVIEW_STATUSES)
      .describe('PUBLISHED is shown but not looked at yet; PENDING waits to be shown.'),
    productName: z.string(),
    note: z.string().optional(),
    moderatedBy: z.uuid().optional(),
    moderatedAt: instant.optional(),
  })
  .meta({ id: 'AdminReview' });

export const listAdminReviewsRoute = defineRoute({
  auth: 'admin',
  permission: 'reviews:read',
  tags,
  method: 'GET',
  path: '/admin/reviews',
  summary: 'Reviews to look at, the longest waiting first; with a status, all of that status',
  query: z.object({
    status: choice(REVIEW_STATUSES),
    productId: id.optional(),
    userId: id.optional(),
    ...pageQuery,
  }),
  response: listOf(adminReviewShape),
});

export const moderateReviewRoute = defineRoute({
  auth: 'admin',
  permission: 'reviews:moderate',
  tags,
  method: 'PATCH',
  path: '/admin/reviews/:id',
  summary: 'Show a review or hide it',
  params: idParams,
  body: z.object({ status: z.enum(['APPROVED', 'REJECTED']), note: z.string().nullish() }),
  response: adminReviewShape,
  errors: ['NOT_FOUND'],
});
