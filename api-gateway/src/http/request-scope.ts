import { type Caller, currentContext, isUuid, newId, type RequestContext } from '@vici/utils';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FlatHeaders } from './flat-headers.js';

declare module 'node:http' {
  interface IncomingMessage {
    /** On the raw request, which every layer of Fastify and Nest has at hand. */
    viciScope?: RequestScope;
  }
}

/** What the gateway knows of one HTTP request, from its first byte to its answer. */
export interface RequestScope {
  readonly requestId: string;
  readonly shopperSessionId: string;
  /** The client named no visit, so this one was made for it. */
  readonly isNewVisit: boolean;
  readonly client: { readonly ip: string; readonly userAgent?: string };
  /** Anonymous until the request has been admitted. */
  caller: Caller;
  /** The decision on who is calling; absent until somebody asked for it. */
  admission?: Caller | Promise<Caller>;
  /** What is left of the request limit, for the client; absent where nothing was counted. */
  limitHeaders?: FlatHeaders;
  /** The checked input of the route's handler. */
  input?: unknown;
}

const REQUEST_ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
const LONGEST_USER_AGENT = 512;

/** Contexts of requests whose client named no visit. */
const withMadeVisit = new WeakSet<RequestContext>();

/** The scope of a request; made at the first call. */
export function scopeOf(request: FastifyRequest): RequestScope {
  request.raw.viciScope ??= createScope(request);
  return request.raw.viciScope;
}

/** Names of the headers that tell the client which request and which visit this was; on every answer, errors included. */
export const SCOPE_HEADERS = { request: 'x-request-id', visit: 'x-session-id' } as const;

/** Writes the headers of {@link SCOPE_HEADERS}. */
export function writeScopeHeaders({ requestId, shopperSessionId }: RequestScope, reply: FastifyReply): void {
  reply.header(SCOPE_HEADERS.request, requestId);
  reply.header(SCOPE_HEADERS.visit, shopperSessionId);
}

/** Those headers, and what admission has to tell of the request limit. */
export function scopeHeaders({ requestId, shopperSessionId, limitHeaders }: RequestScope): FlatHeaders {
  const own = [SCOPE_HEADERS.request, requestId, SCOPE_HEADERS.visit, shopperSessionId];
  return limitHeaders === undefined ? own : own.concat(limitHeaders);
}

/** The context the services see. */
export function contextOf(
  scope: RequestScope,
  over: Pick<RequestContext, 'deadline' | 'idempotencyKey'> = {},
): RequestContext {
  const context = { requestId: scope.requestId, caller: scope.caller, client: scope.client, ...over };
  if (scope.isNewVisit) {
    withMadeVisit.add(context);
  }
  return context;
}

/** Whether the visit of the request being served was made here, because its client named none. */
export function visitWasMade(): boolean {
  const context = currentContext();
  return context !== undefined && withMadeVisit.has(context);
}

function createScope(request: FastifyRequest): RequestScope {
  const requestId = header(request, 'x-request-id');
  const sessionId = header(request, 'x-session-id');
  const userAgent = header(request, 'user-agent')?.slice(0, LONGEST_USER_AGENT);
  const known = sessionId !== undefined && isUuid(sessionId) ? sessionId.toLowerCase() : undefined;
  const shopperSessionId = known ?? newId();
  return {
    requestId: requestId !== undefined && REQUEST_ID_PATTERN.test(requestId) ? requestId : newId(),
    shopperSessionId,
    isNewVisit: known === undefined,
    client: { ip: request.ip, ...(userAgent !== undefined && { userAgent }) },
    caller: { role: 'anonymous', shopperSessionId },
  };
}

/** One header as text; a header sent twice counts as its first value. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
