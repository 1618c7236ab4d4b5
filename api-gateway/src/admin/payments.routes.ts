import { z } from 'zod';
import { choice, cursorQuery, flag, idParams, pageQuery, timeOrder } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import {
  PAYMENT_STATUSES,
  paymentDetailShape,
  paymentShape,
  reconciliationShape,
} from './payments.shapes.js';

const tags = ['Admin: payments'];
/** A reconciliation reads the provider's books page by page. */
const RECONCILE_TIMEOUT_MS = 60_000;

const filters = {
  status: choice(PAYMENT_STATUSES),
  userId: z.uuid().optional(),
  orderId: z.uuid().optional(),
  disputed: flag.describe('Only payments with a dispute that is not decided.'),
  sort: timeOrder,
};

export const listPaymentsRoute = defineRoute({
  method: 'GET',
  path: '/admin/payments',
  auth: 'admin',
  permission: 'payments:read',
  summary: 'Payments, newest first unless told otherwise',
  tags,
  query: z.object({ ...pageQuery, ...cursorQuery, ...filters }),
  response: listOf(paymentShape),
});

export const exportPaymentsRoute = defineRoute({
  method: 'GET',
  path: '/admin/payments/export',
  auth: 'admin',
  permission: 'payments:read',
  summary: 'The list as a CSV file',
  tags,
  query: z.object(filters),
  csv: true,
  response: z.string(),
});

export const getPaymentRoute = defineRoute({
  method: 'GET',
  path: '/admin/payments/:id',
  auth: 'admin',
  permission: 'payments:read',
  summary: 'A payment with its refunds, disputes and ledger',
  tags,
  params: idParams,
  response: paymentDetailShape,
  errors: ['NOT_FOUND'],
});

export const reconcileRoute = defineRoute({
  method: 'POST',
  path: '/admin/payment-reconciliations',
  auth: 'admin',
  permission: 'payments:write',
  summary: "Compare the payments with the provider's books and the orders, and heal what is safe",
  tags,
  body: z.object({
    from: z.iso.datetime({ offset: true }).optional().describe('Two days before `to` where it is missing.'),
    to: z.iso.datetime({ offset: true }).optional().describe('Now where it is missing.'),
    dryRun: z.boolean().default(false).describe('Only report.'),
  }),
  response: reconciliationShape,
  timeoutMs: RECONCILE_TIMEOUT_MS,
});

export const listReconciliationsRoute = defineRoute({
  method: 'GET',
  path: '/admin/payment-reconciliations',
  auth: 'admin',
  permission: 'payments:read',
  summary: 'Reports of reconciliations, newest first',
  tags,
  query: z.object(pageQuery),
  response: listOf(reconciliationShape),
});
