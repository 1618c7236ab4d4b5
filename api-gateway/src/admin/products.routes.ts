import { z } from 'zod';
import { choice, cursorQuery, flag, id, idParams, pageQuery, queryString } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import {
  adminProductShape,
  createProductBody,
  updateProductBody,
  updateVariantBody,
  variantBody,
  version,
} from './products.shapes.js';
import { versionHeaders } from './version.js';

const tags = ['Administration: products'];
const write = { auth: 'admin', permission: 'products:write', tags } as const;
const read = { auth: 'admin', permission: 'products:read', tags } as const;

export const ADMIN_PRODUCT_SORTS = ['newest', 'updated', 'name', 'sku', 'stock'] as const;

const filterQuery = {
  search: queryString(200).describe('Part of a name or SKU.'),
  status: choice(['ACTIVE', 'INACTIVE', 'OUT_OF_STOCK']),
  category: queryString(200).describe('Id or slug; its descendants are included.'),
  deleted: flag.describe('Deleted products, and no others.'),
};

export const listAdminProductsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/products',
  summary: 'Products whatever their status',
  query: z.object({ ...filterQuery, sort: choice(ADMIN_PRODUCT_SORTS), ...pageQuery, ...cursorQuery }),
  response: listOf(adminProductShape),
});

export const exportProductsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/products/export',
  summary: 'The list as the file an import takes: CSV unless told otherwise',
  query: z.object({
    ...filterQuery,
    sort: choice(ADMIN_PRODUCT_SORTS).describe(
      'As in the list; without it in the order in which they were made, as in an imported file.',
    ),
    format: choice(['csv', 'jsonl']),
  }),
  response: z.string(),
  download: ['text/csv', 'application/x-ndjson'],
});

export const getAdminProductRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/products/:id',
  summary: 'A product as it is kept; its ETag is its version',
  params: idParams,
  response: adminProductShape,
  errors: ['NOT_FOUND'],
});

export const createProductRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/products',
  summary: 'Make a product',
  body: createProductBody,
  response: adminProductShape,
  status: 201,
  idempotent: true,
  errors: ['ALREADY_EXISTS'],
});

export const updateProductRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/products/:id',
  summary: 'Replace the fields that are given; null empties one',
  params: idParams,
  headers: versionHeaders,
  body: updateProductBody,
  response: adminProductShape,
  errors: ['NOT_FOUND', 'VERSION_MISMATCH'],
});

export const deleteProductRoute = defineRoute({
  ...write,
  method: 'DELETE',
  path: '/admin/products/:id',
  summary: 'Take a product out of the catalogue',
  params: idParams,
  headers: versionHeaders,
  response: z.null(),
  errors: ['NOT_FOUND', 'VERSION_MISMATCH'],
});

const variantParams = z.object({ id, variantId: id });

export const addVariantRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/products/:id/variants',
  summary: 'Add a variant',
  params: idParams,
  headers: versionHeaders,
  body: z.object({ ...variantBody.shape, version }),
  response: adminProductShape,
  status: 201,
  errors: ['NOT_FOUND', 'ALREADY_EXISTS', 'VERSION_MISMATCH'],
});

export const updateVariantRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/products/:id/variants/:variantId',
  summary: 'Replace the fields of a variant that are given',
  params: variantParams,
  headers: versionHeaders,
  body: updateVariantBody,
  response: adminProductShape,
  errors: ['NOT_FOUND', 'VERSION_MISMATCH'],
});

export const removeVariantRoute = defineRoute({
  ...write,
  method: 'DELETE',
  path: '/admin/products/:id/variants/:variantId',
  summary: 'Remove a variant',
  params: variantParams,
  headers: versionHeaders,
  response: adminProductShape,
  errors: ['NOT_FOUND', 'VERSION_MISMATCH'],
});
