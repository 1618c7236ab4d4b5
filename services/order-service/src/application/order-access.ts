import { type Caller, currentCaller } from '@vici/utils';
import { DomainError, notFound } from '@vici/utils/domain';
import type { Order } from '../domain/order.entity.js';

const STAFF: ReadonlySet<Caller['role']> = new Set(['support', 'admin', 'system']);

/**
 * The order, if the caller may see it: the owner and the shop's staff. Everybody else learns nothing, not even
 * that it exists.
 * @throws DomainError NOT_FOUND, UNAUTHENTICATED
 */
export function requireVisible(order: Order | undefined, id: string): Order {
  const caller = currentCaller();
  if (caller.userId === undefined && !STAFF.has(caller.role)) {
    throw new DomainError('UNAUTHENTICATED', 'Sign in to continue.');
  }
  if (order === undefined || !(STAFF.has(caller.role) || order.state.userId === caller.userId)) {
    throw notFound('Order', id);
  }
  return order;
}
