import { z } from 'zod';
import { categoryShape } from '../products/product.shapes.js';
import { choice, cursorQuery, flag, id, idParams, pageQuery, queryString } from '../rest/fields.js';
import { wholeOrPage } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { fieldColumns } from './list-export.js';

const tags = ['Administration: categories'];
const write = { auth: 'admin', permission: 'products:write', tags } as const;

// Only the types are checked here: product-service knows all the rules.
const content = {
  name: z.string(),
  description: z.string(),
  parentId: z.string().nullish().describe('Id or slug of the parent; null makes it a root.'),
  image: z.string(),
  icon: z.string().nullish(),
  sortOrder: z.int(),
  isActive: z.boolean(),
};

export const CATEGORY_SORTS = ['tree', 'name', 'products'] as const;

const filters = {
  search: queryString(200).describe('Part of the name or the slug.'),
  active: flag.describe('As the category itself is marked.'),
  sort: choice(CATEGORY_SORTS).describe('tree: parents before children, where it is missing.'),
};

export const listAdminCategoriesRoute = defineRoute({
  auth: 'admin',
  permission: 'products:read',
  tags,
  method: 'GET',
  path: '/admin/categories',
  summary: 'Categories, inactive ones too',
  query: z.object({ ...filters, ...pageQuery, ...cursorQuery }),
  response: wholeOrPage(categoryShape),
});

export const exportCategoriesRoute = defineRoute({
  auth: 'admin',
  permission: 'products:read',
  tags,
  method: 'GET',
  path: '/admin/categories/export',
  summary: 'The list as a CSV file',
  query: z.object(filters),
  csv: true,
  response: z.string(),
});

/** A category as a row of an export. */
export const CATEGORY_COLUMNS = fieldColumns(
  'id',
  'slug',
  'name',
  'description',
  'parentId',
  'image',
  'icon',
  'productCount',
  'isActive',
  'sortOrder',
);

export const createCategoryRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/categories',
  summary: 'Make a category',
  body: z.object({
    ...content,
    slug: z.string(),
    description: z.string().default(''),
    image: z.string().default(''),
    sortOrder: z.int().default(0),
    isActive: z.boolean().default(true),
  }),
  response: categoryShape,
  status: 201,
  idempotent: true,
  errors: ['ALREADY_EXISTS'],
});

export const updateCategoryRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/categories/:id',
  summary: 'Replace the fields that are given; another parent moves the whole branch',
  params: idParams,
  body: z.object(content).partial(),
  response: categoryShape,
  errors: ['NOT_FOUND'],
});

export const reorderCategoriesRoute = defineRoute({
  ...write,
  method: 'PUT',
  path: '/admin/categories/order',
  summary: 'Put all children of one parent in the order given',
  body: z.object({ ids: z.array(id).min(1).max(1000) }),
  response: z.array(categoryShape),
  errors: ['NOT_FOUND'],
});

export const deleteCategoryRoute = defineRoute({
  ...write,
  method: 'DELETE',
  path: '/admin/categories/:id',
  summary: 'Delete a category that has none below it; its products go to the heir',
  params: idParams,
  query: z.object({ heirId: queryString(36).describe('Id of the category that takes its products.') }),
  response: z.null(),
  errors: ['NOT_FOUND', 'CONFLICT'],
});
