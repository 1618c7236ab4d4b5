import { z } from 'zod';
import { choice, idParams, queryId, queryString } from '../rest/fields.js';
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
};

export const listMerchandisingRoute = defineRoute({
  auth: 'admin',
  permission: 'recommendations:read',
  tags,
  method: 'GET',
  path: '/admin/recommendations',
  summary: 'Products that are pinned or boosted, the newest rule first',
  query: z.object(filters),
  response: z.array(merchandisingShape),
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
  response: z.array(experimentArmShape),
});

export const exportExperimentsRoute = defineRoute({
  auth: 'admin',
  permission: 'experiments:read',
  tags,
  method: 'GET',
  path: '/admin/recommendations/experiments/export',
  summary: 'The arms as a CSV file',
  csv: true,
  response: z.string(),
});
