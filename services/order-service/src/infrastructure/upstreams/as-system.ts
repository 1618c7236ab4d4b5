import { currentContext, runInContext, systemContext } from '@vici/utils';

/**
 * Makes a call as order-service itself, also while it serves a shopper: payments and stock obey services, not
 * shoppers. The request's id and deadline stay; its idempotency key does not, it belongs to the shopper's call.
 */
export function asSystem<T>(call: () => Promise<T>): Promise<T> {
  const context = currentContext();
  if (context?.caller.role === 'system') {
    return call();
  }
  const { requestId, deadline } = context ?? {};
  const kept = {
    ...(requestId === undefined ? {} : { requestId }),
    ...(deadline === undefined ? {} : { deadline }),
  };
  return runInContext(systemContext('order-service', kept), call);
}
