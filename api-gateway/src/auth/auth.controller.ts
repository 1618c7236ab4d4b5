import { Controller } from '@nestjs/common';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { currentCaller, type GrpcClient, InjectGrpc } from '@vici/utils';
import { SigningKeys } from '../admission/signing-keys.js';
import { ReadyAnswer } from '../routing/answer.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { toUser } from '../users/user.shapes.js';
import * as routes from './auth.routes.js';
import { toSession } from './session.shapes.js';
import { accountOf, SignedInPresenter, tokensOf } from './signed-in.presenter.js';

const SLOW = { timeoutMs: routes.SIGN_IN_TIMEOUT_MS };

@Controller()
export class AuthController {
  constructor(
    @InjectGrpc(AuthServiceDefinition) private readonly auth: GrpcClient<typeof AuthServiceDefinition>,
    private readonly presenter: SignedInPresenter,
    private readonly keys: SigningKeys,
  ) {}

  @Route(routes.registerRoute)
  async register({
    body,
  }: RouteInput<typeof routes.registerRoute>): Promise<RouteResult<typeof routes.registerRoute>> {
    const signedIn = await this.auth.register({ ...body, shopperSessionId: visit() }, SLOW);
    return { user: toUser(accountOf(signedIn)), ...tokensOf(signedIn) };
  }

  @Route(routes.loginRoute)
  async login({
    body,
  }: RouteInput<typeof routes.loginRoute>): Promise<RouteResult<typeof routes.loginRoute>> {
    const signedIn = await this.auth.login({ ...body, shopperSessionId: visit() }, SLOW);
    return await this.presenter.present(signedIn);
  }

  @Route(routes.refreshRoute)
  async refresh({
    body,
  }: RouteInput<typeof routes.refreshRoute>): Promise<RouteResult<typeof routes.refreshRoute>> {
    const signedIn = await this.auth.refresh(body, SLOW);
    return { token: signedIn.accessToken, ...tokensOf(signedIn) };
  }

  @Route(routes.logoutRoute)
  async logout({ body }: RouteInput<typeof routes.logoutRoute>): Promise<null> {
    await this.auth.logout(body);
    return null;
  }

  @Route(routes.verifyEmailRoute)
  async verifyEmail({ body }: RouteInput<typeof routes.verifyEmailRoute>): Promise<null> {
    await this.auth.verifyEmail(body);
    return null;
  }

  @Route(routes.forgotPasswordRoute)
  async forgotPassword({ body }: RouteInput<typeof routes.forgotPasswordRoute>): Promise<null> {
    await this.auth.requestPasswordReset(body);
    return null;
  }

  @Route(routes.resetPasswordRoute)
  async resetPassword({ body }: RouteInput<typeof routes.resetPasswordRoute>): Promise<null> {
    await this.auth.resetPassword(body, SLOW);
    return null;
  }

  @Route(routes.changePasswordRoute)
  async changePassword({ body }: RouteInput<typeof routes.changePasswordRoute>): Promise<null> {
    await this.auth.changePassword(body, SLOW);
    return null;
  }

  @Route(routes.sessionsRoute)
  async sessions(): Promise<RouteResult<typeof routes.sessionsRoute>> {
    const { sessions } = await this.auth.listSessions({});
    return sessions.map(toSession);
  }

  @Route(routes.endSessionRoute)
  async endSession({ params }: RouteInput<typeof routes.endSessionRoute>): Promise<null> {
    await this.auth.endSession({ sessionId: params.id });
    return null;
  }

  @Route(routes.jwksRoute)
  async jwks(): Promise<RouteResult<typeof routes.jwksRoute>> {
    const { keys } = await this.keys.document();
    return ReadyAnswer.document({ success: true, data: { keys }, keys });
  }
}

function visit(): string | undefined {
  return currentCaller().shopperSessionId;
}
