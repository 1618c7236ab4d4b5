import { Controller } from '@nestjs/common';
import { TwoFactorServiceDefinition } from '@vici/proto-gen/auth';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toInstant } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { SIGN_IN_TIMEOUT_MS } from './auth.routes.js';
import { SignedInPresenter } from './signed-in.presenter.js';
import * as routes from './two-factor.routes.js';

const SLOW = { timeoutMs: SIGN_IN_TIMEOUT_MS };

@Controller()
export class TwoFactorController {
  constructor(
    @InjectGrpc(TwoFactorServiceDefinition)
    private readonly twoFactor: GrpcClient<typeof TwoFactorServiceDefinition>,
    private readonly presenter: SignedInPresenter,
  ) {}

  @Route(routes.completeLoginRoute)
  async completeLogin({
    body,
  }: RouteInput<typeof routes.completeLoginRoute>): Promise<RouteResult<typeof routes.completeLoginRoute>> {
    return await this.presenter.session(await this.twoFactor.completeLogin(body, SLOW));
  }

  @Route(routes.getTwoFactorRoute)
  async get(): Promise<RouteResult<typeof routes.getTwoFactorRoute>> {
    const { enabled, enabledAt, recoveryCodesLeft } = await this.twoFactor.getTwoFactor({});
    return { enabled, enabledAt: enabledAt && toInstant(enabledAt), recoveryCodesLeft };
  }

  @Route(routes.enrolTwoFactorRoute)
  async enrol({
    body,
  }: RouteInput<typeof routes.enrolTwoFactorRoute>): Promise<RouteResult<typeof routes.enrolTwoFactorRoute>> {
    return await this.twoFactor.enrolTwoFactor(body, SLOW);
  }

  @Route(routes.confirmTwoFactorRoute)
  async confirm({
    body,
  }: RouteInput<typeof routes.confirmTwoFactorRoute>): Promise<
    RouteResult<typeof routes.confirmTwoFactorRoute>
  > {
    return await this.twoFactor.confirmTwoFactor(body, SLOW);
  }

  @Route(routes.replaceRecoveryCodesRoute)
  async replaceRecoveryCodes({
    body,
  }: RouteInput<typeof routes.replaceRecoveryCodesRoute>): Promise<
    RouteResult<typeof routes.replaceRecoveryCodesRoute>
  > {
    return await this.twoFactor.replaceRecoveryCodes(body, SLOW);
  }

  @Route(routes.disableTwoFactorRoute)
  async disable({ body }: RouteInput<typeof routes.disableTwoFactorRoute>): Promise<null> {
    await this.twoFactor.disableTwoFactor(body, SLOW);
    return null;
  }
}
