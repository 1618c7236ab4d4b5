import { z } from 'zod';
import { choice, cursorQuery, id, idParams, pageQuery, queryInstant, queryString } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { DEAD_LETTER_STATUSES, deadLetterDetailShape, deadLetterShape } from './dead-letters.shapes.js';

const tags = ['Administration: dead letters'];
const read = { auth: 'admin', permission: 'dead-letters:read', tags } as const;
const write = { auth: 'admin', permission: 'dead-letters:write', tags } as const;
/** The most that are given back with one request. */
const MOST = 100;

const filters = {
  topic: queryString(100).describe('The topic it came from.'),
  group: queryString(100).describe('The consumer group that gave up: the name of a service.'),
  eventType: queryString(100),
  errorCode: queryString(60),
  status: choice(DEAD_LETTER_STATUSES),
  search: queryString(200).describe('Part of the error, or the whole key.'),
  from: queryInstant.describe('Given up then or later: a day or an instant.'),
  to: queryInstant.describe('Given up before: a day or an instant.'),
  sort: choice(['newest', 'oldest']),
};

export const listDeadLettersRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/dead-letters',
  summary: 'Messages that a service gave up, without their content',
  query: z.object({ ...pageQuery, ...cursorQuery, ...filters }),
  response: listOf(deadLetterShape),
});

export const exportDeadLettersRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/dead-letters/export',
  summary: 'The list as a CSV file',
  query: z.object(filters),
  csv: true,
  response: z.string(),
});

export const getDeadLetterRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/dead-letters/:id',
  summary: 'One message with its content; secrets in it are masked',
  params: idParams,
  response: deadLetterDetailShape,
  errors: ['NOT_FOUND'],
});

export const replayDeadLetterRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/dead-letters/:id/replay',
  summary: 'Give a message back to its topic, for the group that gave it up',
  description: 'One that was given back already stays as it is.',
  params: idParams,
  response: deadLetterDetailShape,
  errors: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'],
});

export const replayDeadLettersRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/dead-letters/replay',
  summary: 'Give several messages back',
  description: 'All are known, or none is given back. Those that were given back already stay as they are.',
  body: z.object({ ids: z.array(id).min(1).max(MOST) }),
  response: z.object({ replayed: z.array(z.uuid()).describe('Those that were given back just now.') }),
  errors: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'],
});
