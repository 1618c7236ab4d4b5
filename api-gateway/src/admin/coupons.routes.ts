import { z } from 'zod';
import { cursorQuery, flag, idParams, pageQuery, queryString, timeOrder } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { couponShape, createCouponBody, updateCouponBody } from './coupons.shapes.js';

const tags = ['Administration: coupons'];
const write = { auth: 'admin', permission: 'coupons:write', tags } as const;
const read = { auth: 'admin', permission: 'coupons:read', tags } as const;

const filters = {
  search: queryString(64).describe('Part of code or name.'),
  active: flag,
  sort: timeOrder,
};

export const listCouponsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/coupons',
  summary:
    'Coupons and promotions without a code, newest first unless told otherwise, with how often they are used',
  query: z.object({ ...filters, ...pageQuery, ...cursorQuery }),
  response: listOf(couponShape),
});

export const exportCouponsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/coupons/export',
  summary: 'The list as a CSV file',
  query: z.object(filters),
  csv: true,
  response: z.string(),
});

export const createCouponRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/coupons',
  summary: 'Add a coupon or, without a code, a promotion that applies by itself',
  body: createCouponBody,
  response: couponShape,
  status: 201,
  idempotent: true,
  errors: ['ALREADY_EXISTS'],
});

export const getCouponRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/coupons/:id',
  summary: 'A coupon',
  params: idParams,
  response: couponShape,
  errors: ['NOT_FOUND'],
});

export const updateCouponRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/coupons/:id',
  summary: 'Change the named rules of a coupon; null removes one',
  params: idParams,
  body: updateCouponBody,
  response: couponShape,
  errors: ['NOT_FOUND', 'ALREADY_EXISTS'],
});

export const deleteCouponRoute = defineRoute({
  ...write,
  method: 'DELETE',
  path: '/admin/coupons/:id',
  summary: 'Take a coupon away; orders that used it keep their discount',
  params: idParams,
  response: z.null(),
  errors: ['NOT_FOUND'],
});
