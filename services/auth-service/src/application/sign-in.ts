import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, DomainError } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { WRONG_CREDENTIALS } from './credentials.js';
import { loggedIn } from './logged-in.event.js';
import { AccountRepository } from './ports.js';
import { newSecret } from './secrets.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';
import { LoginChallengeRepository } from './two-factor.repository.js';

const CHALLENGE_LIFETIME_S = 300;

/** How somebody who has proved who they are is signed in. */
export interface SignInOptions {
  /** The stored password the proof was made with: another one by now makes it worth nothing. */
  readonly passwordHash?: string | undefined;
  /** Whether to stay signed in for the longer lifetime. */
  readonly remember: boolean;
  readonly shopperSessionId?: string | undefined;
}

/** What somebody gets who has proved one factor where a second is needed. */
export interface SecondFactorNeeded {
  readonly challenge: string;
  /** Seconds until it is worth nothing. */
  readonly expiresIn: number;
}

/** What the first factor leads to. */
export type SignInResult = SignedIn | { readonly secondFactor: SecondFactorNeeded };

/** Opens the session of somebody who has proved who they are. */
@Injectable()
export class SignIn {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly challenges: LoginChallengeRepository,
    private readonly tokens: SessionTokens,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * After the first factor: a session, or the challenge of the second factor where the account has one.
   * @throws DomainError ACCOUNT_BLOCKED, INVALID_CREDENTIALS
   */
  async begin(userId: string, options: SignInOptions): Promise<SignInResult> {
    return await this.unitOfWork.transaction(async () => {
      const account = await this.hold(userId, options);
      return account.twoFactor ? await this.challenge(userId, options) : await this.session(account, options);
    });
  }

  /** After the last factor. @throws DomainError ACCOUNT_BLOCKED, INVALID_CREDENTIALS */
  async open(userId: string, options: SignInOptions): Promise<SignedIn> {
    return await this.unitOfWork.transaction(async () =>
      this.session(await this.hold(userId, options), options),
    );
  }

  /**
   * The account, held until the session is open: a block or a new password ends all sessions, and this one must be among
   * them or not be.
   */
  private async hold(userId: string, { passwordHash }: SignInOptions): Promise<Account> {
    const held = await this.accounts.hold(userId);
    if (held === undefined || (passwordHash !== undefined && held.passwordHash !== passwordHash)) {
      throw new DomainError('INVALID_CREDENTIALS', WRONG_CREDENTIALS);
    }
    // Told only to whoever has proved to be the owner.
    if (held.account.blocked) {
      throw new DomainError('ACCOUNT_BLOCKED', 'This account has been blocked. Please contact us.');
    }
    return held.account;
  }

  /** A new session every time, whatever the client had before. */
  private async session(account: Account, { remember, shopperSessionId }: SignInOptions): Promise<SignedIn> {
    const sessionId = this.tokens.newSessionId();
    const { userId } = account;
    await this.events.publish(loggedIn(userId, sessionId, shopperSessionId, this.clock.now()));
    const token = await this.tokens.begin(userId, sessionId, remember);
    return await this.tokens.open(account, token);
  }

  private async challenge(userId: string, options: SignInOptions): Promise<SignInResult> {
    const { secret, hash } = newSecret();
    const expiresAt = new Date(this.clock.now().getTime() + CHALLENGE_LIFETIME_S * 1000);
    await this.challenges.add(hash, { userId, ...options }, expiresAt);
    return { secondFactor: { challenge: secret, expiresIn: CHALLENGE_LIFETIME_S } };
  }
}
