import { Injectable } from '@nestjs/common';
import { Clock, currentContext } from '@vici/utils';
import { parseEmail } from '../domain/email.js';
import { PasswordResetRepository, ResetLinkSignal, ResetThrottle } from './ports.js';

/**
 * Takes the wish for a reset link. It does the same for every address: whether there is an account is looked up by
 * SendResetLinks only after the answer.
 */
@Injectable()
export class RequestPasswordReset {
  constructor(
    private readonly resets: PasswordResetRepository,
    private readonly throttle: ResetThrottle,
    private readonly signal: ResetLinkSignal,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, RATE_LIMITED */
  async execute(emailAddress: string): Promise<void> {
    const { normalized } = parseEmail(emailAddress);
    await this.throttle.count(normalized, currentContext()?.client?.ip);
    await this.resets.addRequest(normalized, this.clock.now());
    this.signal.wake();
  }
}
