import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { DomainError, notFound } from '@vici/utils';
import { IdentityRepository, type LinkedIdentity, type OidcProvider, OidcProviders } from './oidc.ports.js';
import { AccountRepository } from './ports.js';
import { SecurityNotices } from './security-notices.js';

/** The accounts elsewhere that sign in to an account. */
@Injectable()
export class ListIdentities {
  constructor(
    private readonly identities: IdentityRepository,
    private readonly providers: OidcProviders,
  ) {}

  /** The one linked first at the top; without its provider where that is not configured any more. */
  async execute(userId: string): Promise<(LinkedIdentity & { provider: OidcProvider | undefined })[]> {
    const linked = await this.identities.of(userId);
    return linked.map((identity) => ({ ...identity, provider: this.providers.ofIssuer(identity.issuer) }));
  }
}

/** Ends that an account elsewhere signs in to an account. */
@Injectable()
export class UnlinkIdentity {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly identities: IdentityRepository,
    private readonly providers: OidcProviders,
    private readonly notices: SecurityNotices,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws DomainError NOT_FOUND; CONFLICT when it is the only way into the account */
  async execute(userId: string, identityId: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      // Held, so that of two that are unlinked at once the second one sees what the first has left.
      const known = await this.accounts.holdAgainstSignIn(userId);
      if (known === undefined) throw notFound('User', userId);
      const linked = await this.identities.of(userId);
      if (!linked.some(({ id }) => id === identityId)) throw notFound('Identity', identityId);
      const others = linked.filter(({ id }) => id !== identityId);
      if (known.passwordHash === undefined && !others.some((other) => this.signsIn(other))) {
        throw new DomainError('CONFLICT', 'This is the only way into your account; set a password first.');
      }
      await this.identities.unlink(identityId);
      await this.notices.send(known.account, 'sign_in_unlinked');
    });
  }

  private signsIn({ issuer }: LinkedIdentity): boolean {
    return this.providers.ofIssuer(issuer) !== undefined;
  }
}
