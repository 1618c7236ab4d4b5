import { z } from 'zod';
import { idParams } from '../rest/fields.js';
import { instant } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Uploads'];
const auth = 'user';

export const UPLOAD_KINDS = ['avatar', 'review', 'product'] as const;

export const targetShape = z
  .object({
    method: z.literal('PUT'),
    url: z.string(),
    headers: z
      .record(z.string(), z.string())
      .describe('To be sent exactly so; browsers set content-length themselves.'),
    expiresAt: instant,
  })
  .meta({ id: 'UploadTarget' });

export const uploadShape = z
  .object({
    id: z.uuid(),
    kind: z.enum(UPLOAD_KINDS),
    status: z.enum(['AWAITING', 'PROCESSING', 'READY', 'FAILED']),
    url: z
      .string()
      .describe('Where the picture will be: the address that products, reviews and profiles take.'),
    variants: z
      .record(z.string(), z.string())
      .describe('Once it is ready, addresses by name such as 2k.avif.'),
    upload: targetShape.optional().describe('Where to put the file.'),
    failure: z.string().optional(),
    createdAt: instant,
  })
  .meta({ id: 'Upload' });

export const createUploadRoute = defineRoute({
  method: 'POST',
  path: '/uploads',
  auth,
  summary: 'Make room for a picture; the file itself is put to the address in the answer',
  tags,
  body: z.object({
    kind: z.enum(UPLOAD_KINDS).describe('Pictures of products are for administrators.'),
    contentType: z.string().describe('image/png, image/jpeg, image/webp or image/avif.'),
    size: z
      .int()
      .min(1)
      .describe('Bytes of the file: at most 5 MB for an avatar, 10 for a review, 20 for a product.'),
  }),
  response: uploadShape,
  status: 201,
  errors: ['UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE', 'FORBIDDEN', 'LIMIT_EXCEEDED'],
});

export const completeUploadRoute = defineRoute({
  method: 'POST',
  path: '/uploads/:id/complete',
  auth,
  summary: 'Say that the file has been put: it is checked, and its variants are made afterwards',
  tags,
  params: idParams,
  response: uploadShape,
  timeoutMs: 10_000,
  errors: ['NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED'],
});

export const getUploadRoute = defineRoute({
  method: 'GET',
  path: '/uploads/:id',
  auth,
  summary: 'How far a picture of the user is',
  tags,
  params: idParams,
  response: uploadShape,
  errors: ['NOT_FOUND'],
});

export const deleteUploadRoute = defineRoute({
  method: 'DELETE',
  path: '/uploads/:id',
  auth,
  summary: 'Take a picture back that nothing shows',
  tags,
  params: idParams,
  response: z.null(),
  errors: ['NOT_FOUND', 'CONFLICT'],
});
