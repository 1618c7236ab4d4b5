import { Controller } from '@nestjs/common';
import { OidcServiceDefinition } from '@vici/proto-gen/auth';
import { currentCaller, type GrpcClient, InjectGrpc } from '@vici/utils';
import { toInstant } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as linked from './identities.routes.js';
import * as routes from './oidc.routes.js';
import { SignedInPresenter } from './signed-in.presenter.js';

const SLOW = { timeoutMs: routes.OIDC_TIMEOUT_MS };

@Controller()
export class OidcController {
  constructor(
    @InjectGrpc(OidcServiceDefinition) private readonly oidc: GrpcClient<typeof OidcServiceDefinition>,
    private readonly presenter: SignedInPresenter,
  ) {}

  @Route(routes.oidcProvidersRoute)
  async providers(): Promise<RouteResult<typeof routes.oidcProvidersRoute>> {
    const { providers } = await this.oidc.listOidcProviders({});
    return providers;
  }

  @Route(routes.beginOidcLoginRoute)
  async begin({
    params,
    body,
  }: RouteInput<typeof routes.beginOidcLoginRoute>): Promise<RouteResult<typeof routes.beginOidcLoginRoute>> {
    return await this.oidc.beginOidcLogin({ ...params, ...body }, SLOW);
  }

  @Route(routes.completeOidcLoginRoute)
  async complete({
    body,
  }: RouteInput<typeof routes.completeOidcLoginRoute>): Promise<
    RouteResult<typeof routes.completeOidcLoginRoute>
  > {
    const { shopperSessionId } = currentCaller();
    const visit = shopperSessionId === undefined ? {} : { shopperSessionId };
    return await this.presenter.present(await this.oidc.completeOidcLogin({ ...body, ...visit }, SLOW));
  }

  @Route(linked.identitiesRoute)
  async identities(): Promise<RouteResult<typeof linked.identitiesRoute>> {
    const { identities } = await this.oidc.listIdentities({});
    return identities.map(({ id, provider, issuer, linkedAt }) => ({
      id,
      provider: provider?.id,
      name: provider?.name ?? issuer,
      linkedAt: toInstant(linkedAt),
    }));
  }

  @Route(linked.unlinkIdentityRoute)
  async unlink({ params }: RouteInput<typeof linked.unlinkIdentityRoute>): Promise<null> {
    await this.oidc.unlinkIdentity({ id: params.id });
    return null;
  }
}
