import { z } from 'zod';
import { idParams, pageQuery } from '../rest/fields.js';
import { instant, listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { targetShape } from '../uploads/uploads.routes.js';

const common = { auth: 'admin', permission: 'products:write', tags: ['Administration: imports'] } as const;

export const IMPORT_FORMATS = ['csv', 'jsonl'] as const;

export const importShape = z
  .object({
    id: z.uuid(),
    format: z.enum(IMPORT_FORMATS),
    status: z.enum(['AWAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED']),
    dryRun: z.boolean(),
    processed: z.int().describe('Records read so far.'),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    rejected: z.int().describe('Records left out; the faults say why.'),
    upload: targetShape.optional().describe('Where to put the file.'),
    failure: z.string().optional(),
    createdAt: instant,
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
  })
  .meta({ id: 'ProductImport' });

export const createImportRoute = defineRoute({
  ...common,
  method: 'POST',
  path: '/admin/products/imports',
  summary: 'Make room for a file of products: put it to the address in the answer, then start',
  description:
    'CSV with a header, or JSON Lines. Columns: sku, name, price, category, and any of slug, description, longDescription, ' +
    'originalPrice, currency, salePrice, saleStartsAt, saleEndsAt, brand, status, tags and images (parted by |), weightGrams, ' +
    'isNew, isFeatured, specifications and variants (JSON). A product is known by its SKU.',
  body: z.object({
    format: z.enum(IMPORT_FORMATS),
    size: z.int().min(1).describe('Bytes of the file, at most 1 GB.'),
    dryRun: z.boolean().default(false).describe('Read and check, write nothing.'),
  }),
  response: importShape,
  status: 201,
  errors: ['PAYLOAD_TOO_LARGE'],
});

export const startImportRoute = defineRoute({
  ...common,
  method: 'POST',
  path: '/admin/products/imports/:id/start',
  summary: 'Begin to read the file that has been put',
  params: idParams,
  response: importShape,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const cancelImportRoute = defineRoute({
  ...common,
  method: 'POST',
  path: '/admin/products/imports/:id/cancel',
  summary: 'End an import; what it has written stays',
  params: idParams,
  response: importShape,
  errors: ['NOT_FOUND'],
});

export const getImportRoute = defineRoute({
  ...common,
  method: 'GET',
  path: '/admin/products/imports/:id',
  summary: 'How far an import is',
  params: idParams,
  response: importShape,
  errors: ['NOT_FOUND'],
});

export const listImportFaultsRoute = defineRoute({
  ...common,
  method: 'GET',
  path: '/admin/products/imports/:id/faults',
  summary: 'What is wrong with which line',
  params: idParams,
  query: z.object(pageQuery),
  response: listOf(z.object({ line: z.int(), sku: z.string(), field: z.string(), message: z.string() })),
  errors: ['NOT_FOUND'],
});
