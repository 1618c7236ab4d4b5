import { z } from 'zod';
import { reviewShape } from '../products/review.shapes.js';
import { choice, cursorQuery, id, idParams, pageQuery, queryString, timeOrder } from '../rest/fields.js';
import { instant, listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { fieldColumns } from './list-export.js';

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

const read = { auth: 'admin', permission: 'reviews:read', tags } as const;

const filters = {
  status: choice(REVIEW_STATUSES),
  productId: id.optional(),
  userId: id.optional(),
  search: queryString(200).describe('Part of the title, the comment or the name of the product.'),
  sort: timeOrder,
};

export const listAdminReviewsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/reviews',
  summary:
    'Reviews to look at, the longest waiting first unless told otherwise; with a status, all of that status',
  query: z.object({ ...filters, ...pageQuery, ...cursorQuery }),
  response: listOf(adminReviewShape),
});

export const exportReviewsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/reviews/export',
  summary: 'The list as a CSV file',
  query: z.object(filters),
  csv: true,
  response: z.string(),
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

/** A review as a row of an export. */
export const REVIEW_COLUMNS = fieldColumns(
  'id',
  'createdAt',
  'status',
  'productId',
  'productName',
  'userId',
  'userName',
  'rating',
  'title',
  'comment',
  'helpful',
  'verified',
  'note',
  'moderatedBy',
  'moderatedAt',
);
