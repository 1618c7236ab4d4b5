import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, currentContext, DomainError } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { parseSecondFactorCode, type SecondFactorCode } from '../domain/second-factor.js';
import { LoginThrottle } from './ports.js';
import { hashSecret } from './secrets.js';
import { SecurityNotices } from './security-notices.js';
import { OneTimeCodes, TwoFactorRepository } from './two-factor.repository.js';

/** Checks codes, behind a throttle of their own. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly factors: TwoFactorRepository,
    private readonly codes: OneTimeCodes,
    private readonly throttle: LoginThrottle,
    private readonly notices: SecurityNotices,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes the code and does what it allows, in one transaction: a code is used up only by what succeeds.
   * @throws DomainError INVALID_CREDENTIALS when the code is wrong or was used before; ACCOUNT_LOCKED, RATE_LIMITED
   */
  async allow<T>(account: Account, text: string, work: () => Promise<T>): Promise<T> {
    const key = `second-factor:${account.userId}`;
    const address = currentContext()?.client?.ip;
    await this.throttle.begin(key, address);
    const result = await this.unitOfWork.transaction(async () => {
      const code = parseSecondFactorCode(text);
      if (code === undefined || !(await this.take(account, code))) throw wrongCode();
      return await work();
    });
    await this.throttle.succeed(key, address);
    return result;
  }

  private async take(account: Account, { kind, code }: SecondFactorCode): Promise<boolean> {
    const { userId } = account;
    if (kind === 'recovery') {
      if (!(await this.factors.useRecoveryCode(userId, hashSecret(code)))) return false;
      await this.notices.send(account, 'recovery_code_used');
      return true;
    }
    const factor = await this.factors.find(userId);
    const step = factor && this.codes.stepOf(factor.secret, code, this.clock.now());
    return step !== undefined && (await this.factors.takeStep(userId, step));
  }
}

function wrongCode(): DomainError {
  return new DomainError('INVALID_CREDENTIALS', 'The code is wrong or was used before.');
}
