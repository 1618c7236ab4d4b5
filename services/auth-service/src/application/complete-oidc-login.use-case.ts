import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, DomainError } from '@vici/utils';
import { IdentityAccounts } from './identity-accounts.js';
import { type OidcCallback, OidcFlowRepository, OidcProviders } from './oidc.ports.js';
import { hashSecret } from './secrets.js';
import { SignIn, type SignInResult } from './sign-in.js';

/** Signs somebody in who comes back from a sign-in provider. */
@Injectable()
export class CompleteOidcLogin {
  constructor(
    private readonly flows: OidcFlowRepository,
    private readonly providers: OidcProviders,
    private readonly accounts: IdentityAccounts,
    private readonly signIn: SignIn,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_TOKEN, EMAIL_NOT_VERIFIED, CONFLICT, ACCOUNT_BLOCKED, SERVICE_UNAVAILABLE */
  async execute(
    flowSecret: string,
    callback: OidcCallback,
    shopperSessionId: string | undefined,
  ): Promise<SignInResult> {
    // Used up before anything else: whatever goes wrong, nobody tries a second code with the same flow.
    const flow = await this.flows.take(hashSecret(flowSecret), this.clock.now());
    if (flow === undefined || flow.secrets.state !== callback.state) {
      throw new DomainError('INVALID_TOKEN', 'This sign-in is no longer valid. Start it again.');
    }
    const identity = await this.providers.complete(flow.provider, callback, flow.secrets);
    return await this.unitOfWork.transaction(async () => {
      const userId = await this.accounts.userOf(identity);
      return await this.signIn.begin(userId, { remember: flow.remember, shopperSessionId });
    });
  }
}
