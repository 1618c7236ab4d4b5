import { Injectable } from '@nestjs/common';
import type {
  CompleteLoginRequest,
  ConfirmTwoFactorRequest,
  ConfirmTwoFactorResponse,
  DisableTwoFactorRequest,
  DisableTwoFactorResponse,
  EnrolTwoFactorRequest,
  EnrolTwoFactorResponse,
  GetTwoFactorResponse,
  ReplaceRecoveryCodesRequest,
  ReplaceRecoveryCodesResponse,
  SignedIn,
  TwoFactorServiceDefinition,
} from '@vici/proto-gen/auth';
import { type GrpcHandlers, requireUserId } from '@vici/utils';
import { CompleteLogin } from '../application/complete-login.use-case.js';
import { TwoFactorRepository } from '../application/two-factor.repository.js';
import {
  ConfirmTwoFactor,
  DisableTwoFactor,
  EnrolTwoFactor,
  ReplaceRecoveryCodes,
} from '../application/two-factor.use-cases.js';
import { toSignedIn } from './signed-in.message.js';

/** The second factor of the caller's account, and of logins that wait for it. */
@Injectable()
export class TwoFactorGrpcController implements GrpcHandlers<typeof TwoFactorServiceDefinition> {
  constructor(
    private readonly login: CompleteLogin,
    private readonly enrolment: EnrolTwoFactor,
    private readonly confirmation: ConfirmTwoFactor,
    private readonly recovery: ReplaceRecoveryCodes,
    private readonly disabling: DisableTwoFactor,
    private readonly factors: TwoFactorRepository,
  ) {}

  async completeLogin({ challenge, code }: CompleteLoginRequest): Promise<SignedIn> {
    return toSignedIn(await this.login.execute(challenge, code));
  }

  async getTwoFactor(): Promise<GetTwoFactorResponse> {
    const userId = requireUserId();
    const enabledAt = (await this.factors.find(userId))?.confirmedAt;
    if (enabledAt === undefined) return { enabled: false, enabledAt: undefined, recoveryCodesLeft: 0 };
    return { enabled: true, enabledAt, recoveryCodesLeft: await this.factors.countRecoveryCodes(userId) };
  }

  async enrolTwoFactor({ password }: EnrolTwoFactorRequest): Promise<EnrolTwoFactorResponse> {
    const { secret, uri, picture } = await this.enrolment.execute(requireUserId(), password);
    return { secret, otpauthUri: uri, qrCode: picture };
  }

  async confirmTwoFactor({ code }: ConfirmTwoFactorRequest): Promise<ConfirmTwoFactorResponse> {
    return { recoveryCodes: await this.confirmation.execute(requireUserId(), code) };
  }

  async replaceRecoveryCodes(request: ReplaceRecoveryCodesRequest): Promise<ReplaceRecoveryCodesResponse> {
    const { password, code } = request;
    return { recoveryCodes: await this.recovery.execute(requireUserId(), password, code) };
  }

  async disableTwoFactor({ password, code }: DisableTwoFactorRequest): Promise<DisableTwoFactorResponse> {
    await this.disabling.execute(requireUserId(), password, code);
    return {};
  }
}
