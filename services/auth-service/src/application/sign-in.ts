import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, DomainError } from '@vici/utils';
import { WRONG_CREDENTIALS } from './credentials.js';
import { loggedIn } from './logged-in.event.js';
import { AccountRepository } from './ports.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

/** How somebody who has proved who they are is signed in. */
export interface SignInOptions {
  /** The stored password the proof was made with: another one by now makes it worth nothing. */
  readonly passwordHash?: string;
  /** Whether to stay signed in for the longer lifetime. */
  readonly remember: boolean;
  readonly shopperSessionId?: string | undefined;
}

/** Opens the session of somebody who has proved who they are. */
@Injectable()
export class SignIn {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: SessionTokens,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens the session while the account is held: a block or a new password ends all sessions, and this one must be among
   * them or not be. It is a new session every time, whatever the client had before.
   * @throws DomainError ACCOUNT_BLOCKED, INVALID_CREDENTIALS
   */
  async execute(userId: string, options: SignInOptions): Promise<SignedIn> {
    const sessionId = this.tokens.newSessionId();
    const { passwordHash, remember, shopperSessionId } = options;
    return await this.unitOfWork.transaction(async () => {
      const held = await this.accounts.hold(userId);
      if (held === undefined || (passwordHash !== undefined && held.passwordHash !== passwordHash)) {
        throw new DomainError('INVALID_CREDENTIALS', WRONG_CREDENTIALS);
      }
      assertNotBlocked(held.account);
      await this.events.publish(loggedIn(userId, sessionId, shopperSessionId, this.clock.now()));
      const token = await this.tokens.begin(userId, sessionId, remember);
      return await this.tokens.open(held.account, token);
    });
  }
}

/** Told only to whoever has proved to be the owner. @throws DomainError ACCOUNT_BLOCKED */
export function assertNotBlocked({ blocked }: { readonly blocked: boolean }): void {
  if (blocked) throw new DomainError('ACCOUNT_BLOCKED', 'This account has been blocked. Please contact us.');
}
