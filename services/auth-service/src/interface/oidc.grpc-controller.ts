import { Injectable } from '@nestjs/common';
import type {
  BeginOidcLoginRequest,
  BeginOidcLoginResponse,
  CompleteOidcLoginRequest,
  ListOidcProvidersResponse,
  OidcServiceDefinition,
  SignedIn,
} from '@vici/proto-gen/auth';
import type { GrpcHandlers } from '@vici/utils';
import { BeginOidcLogin } from '../application/begin-oidc-login.use-case.js';
import { CompleteOidcLogin } from '../application/complete-oidc-login.use-case.js';
import { OidcProviders } from '../application/oidc.ports.js';
import { toSignedIn } from './signed-in.message.js';

/** Signing in with an account elsewhere. */
@Injectable()
export class OidcGrpcController implements GrpcHandlers<typeof OidcServiceDefinition> {
  constructor(
    private readonly providers: OidcProviders,
    private readonly beginning: BeginOidcLogin,
    private readonly completion: CompleteOidcLogin,
  ) {}

  async listOidcProviders(): Promise<ListOidcProvidersResponse> {
    return { providers: [...this.providers.list()] };
  }

  async beginOidcLogin({ provider, remember }: BeginOidcLoginRequest): Promise<BeginOidcLoginResponse> {
    return await this.beginning.execute(provider, remember);
  }

  async completeOidcLogin(request: CompleteOidcLoginRequest): Promise<SignedIn> {
    const { flow, shopperSessionId, ...callback } = request;
    return toSignedIn(await this.completion.execute(flow, callback, shopperSessionId));
  }
}
