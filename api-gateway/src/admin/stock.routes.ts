import { z } from 'zod';
import { choice, cursorQuery, flag, idParams, pageQuery, queryString, text } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import {
  backordersBody,
  changeStockBody,
  driftReportShape,
  productStockShape,
  stockEntryShape,
  thresholdBody,
} from './stock.shapes.js';
import { changedLinesShape, changeStockLinesBody } from './stock-lines.js';

const tags = ['Administration: stock'];
const write = { auth: 'admin', permission: 'stock:write', tags } as const;
const read = { auth: 'admin', permission: 'stock:read', tags } as const;
/** A drift check reads the whole ledger. */
const DRIFT_TIMEOUT_MS = 60_000;
/** A thousand SKUs, each with its movement and its audit record. */
const BULK_TIMEOUT_MS = 30_000;

const filterQuery = {
  search: queryString(100).describe('Beginning of a SKU.'),
  low: flag.describe('At or below the threshold of the SKU; depleted ones are low too.'),
  depleted: flag,
  sort: choice(['sku', 'available']).describe('By SKU, or the fewest available units first.'),
};

export const changeStockRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/products/:id/stock',
  summary: 'Stock-take (SET), delivery (ADD) or correction (SUBTRACT)',
  description: 'Answers with the figures of the product over its SKUs and warehouses.',
  params: idParams,
  body: changeStockBody,
  response: productStockShape,
  idempotent: true,
  errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK'],
});

export const changeStockLinesRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/stock/bulk',
  summary: 'Change up to 1,000 SKUs together: all of them or none',
  description:
    'Lines are done one after the other. Answers with the figures of the SKU of each line, after all of them. A bad line is named as `lines.<index>.<field>`; where units are missing, `details.lines` has the index of each line that would take them.',
  body: changeStockLinesBody,
  response: changedLinesShape,
  idempotent: true,
  timeoutMs: BULK_TIMEOUT_MS,
  errors: ['INSUFFICIENT_STOCK'],
});

export const listStockRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/stock',
  summary: 'Stock of every SKU',
  query: z.object({ ...filterQuery, ...pageQuery, ...cursorQuery }),
  response: listOf(stockEntryShape),
});

export const exportStockRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/stock/export',
  summary: 'Stock as CSV',
  query: z.object(filterQuery),
  response: z.string(),
  csv: true,
});

export const setThresholdRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/stock/:sku',
  summary: 'Say at how many available units a SKU is low',
  params: z.object({ sku: text(100) }),
  body: thresholdBody,
  response: stockEntryShape,
  errors: ['NOT_FOUND'],
});

export const setBackordersRoute = defineRoute({
  ...write,
  method: 'PUT',
  path: '/admin/stock/:sku/backorders',
  summary: 'Say whether a SKU may be ordered beyond what is on the shelf',
  description: 'What is owed already stays owed and is served by the next receipt, the oldest order first.',
  params: z.object({ sku: text(100) }),
  body: backordersBody,
  response: stockEntryShape,
  errors: ['NOT_FOUND'],
});

export const checkDriftRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/stock-drift',
  summary: 'Where ledger, on-hand, open reservations and product totals differ',
  response: driftReportShape,
  timeoutMs: DRIFT_TIMEOUT_MS,
});

export const repairDriftRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/stock-drift/repairs',
  summary: 'Make what differs agree; units on the shelf are believed',
  body: z.object({ reason: text(200) }),
  response: driftReportShape,
  timeoutMs: DRIFT_TIMEOUT_MS,
});
