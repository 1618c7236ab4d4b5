import { Inject, Injectable } from '@nestjs/common';
import { type Caller, CONFIG, DomainError, isAllowed } from '@vici/utils';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../gateway.config.js';
import { writeHeaders } from '../http/flat-headers.js';
import { header, type RequestScope, scopeOf } from '../http/request-scope.js';
import type { RouteDefinition } from '../routing/define-route.js';
import { type AdmissionFacts, AdmissionStore, type CountedBy } from './admission.store.js';
import { countedAddress } from './client-address.js';
import { limitOf, type RateClass } from './rate-limits.js';
import type { Awaitable, RequestCount } from './request-counter.js';
import { type Identity, TokenVerifier } from './token-verifier.js';

/** What the Authorization header came to. */
type Credentials = { readonly identity?: Identity; readonly fault?: unknown };
const NO_CREDENTIALS: Credentials = {};

/** Who asks for what. */
interface Asked {
  readonly route: RouteDefinition;
  readonly scope: RequestScope;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const BEARER_PATTERN = /^Bearer +([^\s]+) *$/i;

/**
 * Decides who is calling and whether they may: token verified in this process, then request limit and session in one
 * round trip to Redis. On a public route credentials that do not hold make a guest, not an error.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly tokens: TokenVerifier,
    private readonly store: AdmissionStore,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  /**
   * Admits a request to a route, tells it what is left of its limit and writes the caller into its scope. Whoever asks
   * first decides: asked again, the request is neither counted nor judged a second time. A guest whom nobody has to be
   * asked about is admitted at once.
   * @throws DomainError RATE_LIMITED, UNAUTHENTICATED, TOKEN_EXPIRED, INVALID_TOKEN, SESSION_ENDED, FORBIDDEN
   */
  admit(route: RouteDefinition, request: FastifyRequest, reply: FastifyReply): Awaitable<Caller> {
    const scope = scopeOf(request);
    try {
      scope.admission ??= this.decide({ route, scope, request, reply });
    } catch (refusal) {
      scope.admission = Promise.reject(refusal);
    }
    return scope.admission;
  }

  private decide(asked: Asked): Awaitable<Caller> {
    const authorization = header(asked.request, 'authorization');
    return authorization === undefined
      ? this.judge(asked, NO_CREDENTIALS)
      : this.credentials(authorization).then((credentials) => this.judge(asked, credentials));
  }

  private judge(asked: Asked, credentials: Credentials): Awaitable<Caller> {
    const { route, scope } = asked;
    const rateClass = route.rateClass ?? (route.method === 'GET' ? 'read' : 'write');
    const limit = limitOf(rateClass, this.config.RATE_LIMIT_MULTIPLIER);
    const { identity } = credentials;
    const counted = limit === undefined ? undefined : countedBy(rateClass, limit, scope, identity);
    const facts = this.store.read(counted, identity);
    return facts instanceof Promise
      ? facts.then((read) => admitted(asked, credentials, read, limit))
      : admitted(asked, credentials, facts, limit);
  }

  private async credentials(authorization: string): Promise<Credentials> {
    const token = BEARER_PATTERN.exec(authorization)?.[1];
    if (token === undefined) {
      return { fault: new DomainError('INVALID_TOKEN', 'Send the access token as Bearer credentials.') };
    }
    try {
      return { identity: await this.tokens.verify(token) };
    } catch (fault) {
      return { fault };
    }
  }
}

/** Sign-in is counted by address whoever asks: there the caller is what is in doubt. */
function countedBy(
  rateClass: RateClass,
  limit: number,
  scope: RequestScope,
  identity: Identity | undefined,
): CountedBy {
  if (identity === undefined || rateClass === 'auth') {
    return { bucket: `${rateClass}:ip:${countedAddress(scope.client.ip)}`, limit };
  }
  const { userId } = identity;
  return { bucket: `${rateClass}:user:{${userId}}`, limit, userId };
}

/** Whether the caller may go on, who is known from now on. */
function admitted(
  { route, scope, reply }: Asked,
  credentials: Credentials,
  { requests, session }: AdmissionFacts,
  limit: number | undefined,
): Caller {
  if (limit !== undefined && requests !== undefined) {
    enforceLimit(limit, requests, scope, reply);
  }
  scope.caller = callerOf(route, signedInCaller(credentials, session, scope.shopperSessionId), scope);
  return scope.caller;
}

function enforceLimit(
  limit: number,
  { count, resetMs }: RequestCount,
  scope: RequestScope,
  reply: FastifyReply,
): void {
  const resetSeconds = Math.max(1, Math.ceil(resetMs / 1000));
  const left = Math.max(0, limit - count);
  scope.limitHeaders = [
    ...['ratelimit-limit', `${limit}`],
    ...['ratelimit-remaining', `${left}`],
    ...['ratelimit-reset', `${resetSeconds}`],
  ];
  writeHeaders(scope.limitHeaders, reply);
  if (count > limit) {
    throw new DomainError('RATE_LIMITED', 'Too many requests; try again later.', {
      retryAfterSeconds: resetSeconds,
    });
  }
}

function callerOf(
  route: RouteDefinition,
  signedIn: Caller | Refused,
  { shopperSessionId }: RequestScope,
): Caller {
  if (route.auth === 'public') {
    return signedIn instanceof Refused ? { role: 'anonymous', shopperSessionId } : signedIn;
  }
  if (signedIn instanceof Refused) {
    throw signedIn.reason();
  }
  if (route.auth === 'admin' && !isAllowed(signedIn.role, route.permission)) {
    throw new DomainError('FORBIDDEN', 'You are not allowed to do this.', { permission: route.permission });
  }
  return signedIn;
}

/** Nobody is signed in. The error is made only where it is thrown: most visitors of public routes are guests. */
class Refused {
  constructor(readonly reason: () => unknown) {}
}

function signedInCaller(
  { identity, fault }: Credentials,
  session: AdmissionFacts['session'],
  shopperSessionId: string,
): Caller | Refused {
  if (identity === undefined) {
    return new Refused(() => fault ?? new DomainError('UNAUTHENTICATED', 'Sign in to continue.'));
  }
  const { userId, role, authSessionId } = identity;
  if (session === 'unknown' || session === undefined) {
    return { role, userId, authSessionId, shopperSessionId };
  }
  if (session === 'ended') {
    return new Refused(() => new DomainError('SESSION_ENDED', 'The session has ended; sign in again.'));
  }
  // The session knows a role changed since the token was made.
  return { role: roleOf(session.role) ?? role, userId, authSessionId, shopperSessionId };
}

function roleOf(text: string): Identity['role'] | undefined {
  return text === 'customer' || text === 'support' || text === 'admin' ? text : undefined;
}
