import { Inject, Injectable } from '@nestjs/common';
import { Clock, CONFIG } from '@vici/utils';
import { SignJWT } from 'jose';
import { AccessTokens } from '../application/ports.js';
import type { AuthConfig } from '../auth.config.js';
import type { AccountRole } from '../domain/account.js';
import { SIGNING_ALGORITHM } from './signing-key.cipher.js';
import { SigningKeys } from './signing-keys.js';

const ISSUER = 'vici';
const AUDIENCE = 'vici-storefront';

/** JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037). */
@Injectable()
export class JwtAccessTokens extends AccessTokens {
  readonly lifetimeSeconds: number;

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    @Inject(CONFIG) config: AuthConfig,
  ) {
    super();
    this.lifetimeSeconds = config.ACCESS_TOKEN_TTL_SECONDS;
  }

  async issue(claims: { userId: string; role: AccountRole; sessionId: string }): Promise<string> {
    const { kid, key } = this.keys.current();
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    return await new SignJWT({ role: claims.role, sid: claims.sessionId })
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid, typ: 'JWT' })
      .setSubject(claims.userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.lifetimeSeconds)
      .sign(key);
  }

  async publicKeys(): Promise<string> {
    return JSON.stringify({ keys: this.keys.publicKeys() });
  }
}
