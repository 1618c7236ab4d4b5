import { z } from 'zod';
import {
  choice,
  cursorQuery,
  flag,
  idParams,
  pageQuery,
  queryId,
  queryString,
  timeOrder,
} from '../rest/fields.js';
import { wholeOrPage } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import {
  experimentArmShape,
  KINDS,
  merchandisingBody,
  merchandisingShape,
  PLACEMENTS,
} from './recommendations.shapes.js';

const tags = ['Administration: recommendations'];
const write = { auth: 'admin', permission: 'recommendations:write', tags } as const;

const filters = {
  kind: choice(KINDS),
  placement: choice(PLACEMENTS),
  productId: queryId,
  categoryId: queryId,
  search: queryString(200).describe('Part of the note.'),
  sort: timeOrder,
};

const armFilters = {
  search: queryString(200).describe('Part of the name of the experiment or the arm.'),
  running: flag.describe('Arms that shoppers are divided among now, or those that are over.'),
  sort: choice(['name', 'served']).describe('name where it is missing; served: the most answers first.'),
};

export const listMerchandisingRoute = defineRoute({
  auth: 'admin',
  permission: 'recommendations:read',
  tags,
  method: 'GET',
  path: '/admin/recommendations',
  summary: 'Products that are pinned or boosted, the newest rule first unless told otherwise',
  query: z.object({ ...filters, ...pageQuery, ...cursorQuery }),
  response: wholeOrPage(merchandisingShape),
});

export const exportMerchandisingRoute = defineRoute({
  auth: 'admin',
  permission: 'recommendations:read',
  tags,
  method: 'GET',
  path: '/admin/recommendations/export',
  summary: 'The list as a CSV file',
  query: z.object(filters),
  csv: true,
  response: z.string(),
});

export const createMerchandisingRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/recommendations',
  summary: 'Pin a product to a place in the lists, or boost it',
  body: merchandisingBody,
  response: merchandisingShape,
  status: 201,
  idempotent: true,
});

export const replaceMerchandisingRoute = defineRoute({
  ...write,
  method: 'PUT',
  path: '/admin/recommendations/:id',
  summary: 'Replace a rule as a whole',
  params: idParams,
  body: merchandisingBody,
  response: merchandisingShape,
  errors: ['NOT_FOUND'],
});

export const deleteMerchandisingRoute = defineRoute({
  ...write,
  method: 'DELETE',
  path: '/admin/recommendations/:id',
  summary: 'Take a rule away',
  params: idParams,
  response: z.null(),
  errors: ['NOT_FOUND'],
});

export const experimentsRoute = defineRoute({
  auth: 'admin',
  permission: 'experiments:read',
  tags,
  method: 'GET',
  path: '/admin/recommendations/experiments',
  summary: 'Click-through, cart and purchase rates of each arm, with confidence intervals',
  query: z.object({ ...armFilters, ...pageQuery, ...cursorQuery }),
  response: wholeOrPage(experimentArmShape),
});

export const exportExperimentsRoute = defineRoute({
  auth: 'admin',
  permission: 'experiments:read',
  tags,
  method: 'GET',
  path: '/admin/recommendations/experiments/export',
  summary: 'The arms as a CSV file',
  query: z.object(armFilters),
  csv: true,
  response: z.string(),
});
