import { Injectable } from '@nestjs/common';
import { EventPublisher } from '@vici/events';
import { Clock, DomainError, newId } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { type EmailAddress, parseEmail } from '../domain/email.js';
import { assertLinkable, type Identity, verifiedEmailOf } from '../domain/identity.js';
import { IdentityRepository } from './oidc.ports.js';
import { AccountRepository } from './ports.js';
import { registered } from './registered.event.js';
import { SecurityNotices } from './security-notices.js';

/** Which account somebody has whom a sign-in provider knows. */
@Injectable()
export class IdentityAccounts {
  constructor(
    private readonly identities: IdentityRepository,
    private readonly accounts: AccountRepository,
    private readonly notices: SecurityNotices,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * The account the identity is linked to; else the one of its address, which is linked, or a new one. Run it in a
   * transaction.
   * @throws DomainError EMAIL_NOT_VERIFIED, CONFLICT when the account of the address has another identity
   */
  async userOf(identity: Identity): Promise<string> {
    const owner = await this.identities.ownerOf(identity);
    if (owner !== undefined) return owner;
    const email = parseEmail(verifiedEmailOf(identity));
    const account = (await this.register(identity, email)) ?? (await this.linkable(email));
    if (!(await this.identities.link(identity, account.userId, this.clock.now()))) {
      throw new DomainError('CONFLICT', 'The account of this e-mail address is linked to somebody else.');
    }
    return account.userId;
  }

  /** A new account without a password; undefined when the address has one, made this moment even. */
  private async register(
    { firstName, lastName }: Identity,
    email: EmailAddress,
  ): Promise<Account | undefined> {
    const now = this.clock.now();
    const account: Account = {
      userId: newId<'User'>(),
      email: email.address,
      firstName,
      lastName,
      role: 'customer',
      emailVerified: true,
      blocked: false,
      twoFactor: false,
      createdAt: now,
      updatedAt: now,
    };
    if (!(await this.accounts.insert(account, email, undefined))) return undefined;
    await this.events.publish(registered(account));
    return account;
  }

  private async linkable(email: EmailAddress): Promise<Account> {
    const known = await this.accounts.findByEmail(email);
    if (known === undefined) throw new DomainError('CONFLICT', 'The account is being changed; try again.');
    assertLinkable(known.account);
    await this.notices.send(known.account, 'sign_in_linked');
    return known.account;
  }
}
