import { invalidField } from '@vici/utils';
import type { FastifyRequest } from 'fastify';
import { header } from '../http/request-scope.js';
import type { RouteDefinition } from '../routing/define-route.js';

const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

/**
 * The request's Idempotency-Key where its route honours one.
 * @throws DomainError VALIDATION_FAILED when it is longer than 255 characters or holds others than visible ASCII
 */
export function idempotencyKeyOf(route: RouteDefinition, request: FastifyRequest): string | undefined {
  const key = route.idempotent === true ? header(request, 'idempotency-key') : undefined;
  if (key !== undefined && !KEY_PATTERN.test(key)) {
    throw invalidField('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  }
  return key;
}
