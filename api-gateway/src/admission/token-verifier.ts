import { Injectable } from '@nestjs/common';
import { Clock, DomainError } from '@vici/utils';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type KeyResolver, SigningKeys } from './signing-keys.js';

/** What a verified access token says. */
export interface Identity {
  readonly userId: string;
  readonly role: 'customer' | 'support' | 'admin';
  /** The login session the token belongs to. */
  readonly authSessionId: string;
}

/** A token that was verified: its text is the key, so that not a letter of it can differ. */
interface VerifiedToken {
  readonly identity: Identity;
  readonly expiresAt: number;
  /** The keys it was verified with: others by now, and it is verified again. */
  readonly resolver: KeyResolver;
}

const claimsSchema = z.object({
  sub: z.uuid(),
  sid: z.string().min(1).max(64),
  role: z.enum(['customer', 'support', 'admin']),
  exp: z.number(),
});

const RULES = {
  algorithms: ['EdDSA'],
  issuer: 'vici',
  audience: 'vici-storefront',
  requiredClaims: ['sub', 'sid', 'iat', 'exp'],
};
const LONGEST_TOKEN = 4096;
/** Tokens kept: some megabytes, and more shoppers than one gateway serves at a time. */
const REMEMBERED_TOKENS = 10_000;

/**
 * Verifies access tokens in this process, against auth-service's public keys: EdDSA and nothing else. A shopper sends the
 * same token with every request; its signature is checked with the first of them.
 */
@Injectable()
export class TokenVerifier {
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: REMEMBERED_TOKENS });

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError TOKEN_EXPIRED, INVALID_TOKEN, or SERVICE_UNAVAILABLE while there are no keys */
  async verify(token: string): Promise<Identity> {
    if (token.length > LONGEST_TOKEN) {
      throw invalidToken();
    }
    const known = await this.keys.resolver();
    const remembered = this.#verified.get(token);
    if (remembered?.resolver === known) {
      if (remembered.expiresAt <= this.clock.now().getTime()) {
        throw expiredToken();
      }
      return remembered.identity;
    }
    return await this.check(token, known);
  }

  /** Verifies the signature, with newer keys where the known ones do not hold the one it names. */
  private async check(token: string, known: KeyResolver): Promise<Identity> {
    try {
      return this.remember(token, await payloadOf(token, known), known);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) {
        throw refusal(error);
      }
    }
    const renewed = await this.keys.renewed(known);
    if (renewed === undefined) {
      throw invalidToken();
    }
    try {
      return this.remember(token, await payloadOf(token, renewed), renewed);
    } catch (error) {
      throw refusal(error);
    }
  }

  private remember(token: string, payload: JWTPayload, resolver: KeyResolver): Identity {
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) {
      throw invalidToken();
    }
    const { sub, sid, role, exp } = claims.data;
    const identity: Identity = { userId: sub, role, authSessionId: sid };
    this.#verified.set(token, { identity, expiresAt: exp * 1000, resolver });
    return identity;
  }
}

async function payloadOf(token: string, resolver: KeyResolver): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, resolver, RULES);
  return payload;
}

function refusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return expiredToken();
  }
  // What else jose refuses, and what Web Crypto refuses to read, is the fault of the token.
  return error instanceof DomainError ? error : invalidToken();
}

function expiredToken(): DomainError {
  return new DomainError('TOKEN_EXPIRED', 'The access token has expired.');
}

function invalidToken(): DomainError {
  return new DomainError('INVALID_TOKEN', 'The access token is not valid.');
}
