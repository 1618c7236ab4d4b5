import { Injectable } from '@nestjs/common';
import { DomainError } from '@vici/utils';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { type KeyResolver, SigningKeys } from './signing-keys.js';

/** What a verified access token says. */
export interface Identity {
  readonly userId: string;
  readonly role: 'customer' | 'support' | 'admin';
  /** The login session the token belongs to. */
  readonly authSessionId: string;
}

const claimsSchema = z.object({
  sub: z.uuid(),
  sid: z.string().min(1).max(64),
  role: z.enum(['customer', 'support', 'admin']),
});

const RULES = {
  algorithms: ['EdDSA'],
  issuer: 'vici',
  audience: 'vici-storefront',
  requiredClaims: ['sub', 'sid', 'iat', 'exp'],
};
const LONGEST_TOKEN = 4096;

/** Verifies access tokens in this process, against auth-service's public keys: EdDSA and nothing else. */
@Injectable()
export class TokenVerifier {
  constructor(private readonly keys: SigningKeys) {}

  /** @throws DomainError TOKEN_EXPIRED, INVALID_TOKEN, or SERVICE_UNAVAILABLE while there are no keys */
  async verify(token: string): Promise<Identity> {
    if (token.length > LONGEST_TOKEN) {
      throw invalidToken();
    }
    const claims = claimsSchema.safeParse(await this.payload(token));
    if (!claims.success) {
      throw invalidToken();
    }
    const { sub, sid, role } = claims.data;
    return { userId: sub, role, authSessionId: sid };
  }

  private async payload(token: string): Promise<JWTPayload> {
    const known = await this.keys.resolver();
    try {
      return await check(token, known);
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
      return await check(token, renewed);
    } catch (error) {
      throw refusal(error);
    }
  }
}

async function check(token: string, resolver: KeyResolver): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, resolver, RULES);
  return payload;
}

function refusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return new DomainError('TOKEN_EXPIRED', 'The access token has expired.');
  }
  // What else jose refuses, and what Web Crypto refuses to read, is the fault of the token.
  return error instanceof DomainError ? error : invalidToken();
}

function invalidToken(): DomainError {
  return new DomainError('INVALID_TOKEN', 'The access token is not valid.');
}
