import { Injectable } from '@nestjs/common';
import { Clock, DomainError } from '@vici/utils';
import { AccountRepository } from './ports.js';
import { SecondFactor } from './second-factor.js';
import { hashSecret } from './secrets.js';
import type { SignedIn } from './session-tokens.js';
import { SignIn } from './sign-in.js';
import { LoginChallengeRepository } from './two-factor.repository.js';

/** Signs somebody in who has proved the first factor and now has a code. */
@Injectable()
export class CompleteLogin {
  constructor(
    private readonly challenges: LoginChallengeRepository,
    private readonly accounts: AccountRepository,
    private readonly secondFactor: SecondFactor,
    private readonly signIn: SignIn,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError INVALID_TOKEN when the challenge is unknown, used or its time is over; INVALID_CREDENTIALS when the
   * code is wrong, and the challenge stays; ACCOUNT_LOCKED, RATE_LIMITED, ACCOUNT_BLOCKED
   */
  async execute(secret: string, code: string): Promise<SignedIn> {
    const hash = hashSecret(secret);
    const challenge = await this.challenges.find(hash, this.clock.now());
    const known = challenge && (await this.accounts.findById(challenge.userId));
    if (challenge === undefined || known === undefined) throw lateChallenge();
    return await this.secondFactor.allow(known.account, code, async () => {
      if (!(await this.challenges.use(hash))) throw lateChallenge();
      return await this.signIn.open(challenge.userId, challenge);
    });
  }
}

function lateChallenge(): DomainError {
  return new DomainError('INVALID_TOKEN', 'This took too long. Sign in again.');
}
