import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from './domain/errors.js';
import { newId } from './domain/ids.js';
import { isAllowed, type Permission, type Role } from './domain/permissions.js';

/** Who is asking. */
export interface Caller {
  readonly role: Role;
  readonly userId?: string;
  /** The login session the access token belongs to. */
  readonly authSessionId?: string;
  /** The shopper's visit, known for guests too. */
  readonly shopperSessionId?: string;
  /** The calling service, when it speaks for itself. */
  readonly service?: string;
}

/** What belongs to one request on its whole way through the services. */
export interface RequestContext {
  readonly requestId: string;
  readonly caller: Caller;
  /** When the answer is no longer wanted, in epoch milliseconds. */
  readonly deadline?: number;
  readonly idempotencyKey?: string;
  readonly client?: { readonly ip?: string; readonly userAgent?: string };
  /** Aborted when the caller has gone away. */
  readonly signal?: AbortSignal;
}

const ANONYMOUS: Caller = Object.freeze({ role: 'anonymous' });

const storage = new AsyncLocalStorage<RequestContext>();

/** The request being served by this asynchronous flow, if any. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

/** Runs `fn`, and everything it awaits or starts, within a request context. */
export function runInContext<T>(context: RequestContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** A context for work that no user asked for directly, with a new request id unless `over` brings one. */
export function systemContext(service: string, over: Partial<RequestContext> = {}): RequestContext {
  return { requestId: newId(), caller: { role: 'system', service }, ...over };
}

/** Who is asking; anonymous outside of any request. */
export function currentCaller(): Caller {
  return storage.getStore()?.caller ?? ANONYMOUS;
}

/** The signed-in user. @throws DomainError UNAUTHENTICATED when there is none */
export function requireUserId(): string {
  const { userId } = currentCaller();
  if (userId === undefined) {
    throw new DomainError('UNAUTHENTICATED', 'Sign in to continue.');
  }
  return userId;
}

/** The caller, if of one of the roles; `system` always passes. @throws DomainError FORBIDDEN otherwise */
export function requireRole(...roles: Role[]): Caller {
  const caller = currentCaller();
  if (caller.role !== 'system' && !roles.includes(caller.role)) {
    throw new DomainError('FORBIDDEN', 'You are not allowed to do this.');
  }
  return caller;
}

/** The caller, if its role has the permission; `system` has every one. @throws DomainError FORBIDDEN otherwise */
export function requirePermission(permission: Permission): Caller {
  const caller = currentCaller();
  if (!isAllowed(caller.role, permission)) {
    throw new DomainError('FORBIDDEN', 'You are not allowed to do this.', { permission });
  }
  return caller;
}

/** Milliseconds until the deadline, never below 0; undefined when there is no deadline. */
export function remainingMs(): number | undefined {
  const deadline = storage.getStore()?.deadline;
  return deadline === undefined ? undefined : Math.max(0, deadline - Date.now());
}
