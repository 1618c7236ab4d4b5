import { Injectable } from '@nestjs/common';
import { Clock } from '@vici/utils';
import { OidcFlowRepository, OidcProviders } from './oidc.ports.js';
import { newSecret } from './secrets.js';

const FLOW_LIFETIME_S = 600;

/** Sends a browser to a sign-in provider. */
@Injectable()
export class BeginOidcLogin {
  constructor(
    private readonly providers: OidcProviders,
    private readonly flows: OidcFlowRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, SERVICE_UNAVAILABLE */
  async execute(
    provider: string,
    remember: boolean,
  ): Promise<{ authorizationUrl: string; flow: string; expiresIn: number }> {
    const { authorizationUrl, secrets } = await this.providers.begin(provider);
    const { secret, hash } = newSecret();
    const expiresAt = new Date(this.clock.now().getTime() + FLOW_LIFETIME_S * 1000);
    await this.flows.add(hash, { provider, secrets, remember }, expiresAt);
    return { authorizationUrl, flow: secret, expiresIn: FLOW_LIFETIME_S };
  }
}
