import { Injectable } from '@nestjs/common';
import type {
  BeginOidcLoginRequest,
  BeginOidcLoginResponse,
  CompleteOidcLoginRequest,
  ListIdentitiesResponse,
  ListOidcProvidersResponse,
  OidcServiceDefinition,
  SignedIn,
  UnlinkIdentityRequest,
  UnlinkIdentityResponse,
} from '@vici/proto-gen/auth';
import { type GrpcHandlers, parseId, requireUserId } from '@vici/utils';
import { BeginOidcLogin } from '../application/begin-oidc-login.use-case.js';
import { CompleteOidcLogin } from '../application/complete-oidc-login.use-case.js';
import { ListIdentities, UnlinkIdentity } from '../application/identities.use-cases.js';
import { OidcProviders } from '../application/oidc.ports.js';
import { toSignedIn } from './signed-in.message.js';

/** Signing in with an account elsewhere. */
@Injectable()
export class OidcGrpcController implements GrpcHandlers<typeof OidcServiceDefinition> {
  constructor(
    private readonly providers: OidcProviders,
    private readonly beginning: BeginOidcLogin,
    private readonly completion: CompleteOidcLogin,
    private readonly linked: ListIdentities,
    private readonly unlinking: UnlinkIdentity,
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

  async listIdentities(): Promise<ListIdentitiesResponse> {
    return { identities: await this.linked.execute(requireUserId()) };
  }

  async unlinkIdentity({ id }: UnlinkIdentityRequest): Promise<UnlinkIdentityResponse> {
    const userId = requireUserId();
    await this.unlinking.execute(userId, parseId<'Identity'>(id, 'id'));
    return {};
  }
}
