import type { Provider } from '@nestjs/common';
import { CompleteLogin } from './application/complete-login.use-case.js';
import { RecoveryCodes } from './application/recovery-codes.js';
import { SecondFactor } from './application/second-factor.js';
import {
  LoginChallengeRepository,
  OneTimeCodes,
  TwoFactorRepository,
} from './application/two-factor.repository.js';
import {
  ConfirmTwoFactor,
  DisableTwoFactor,
  EnrolTwoFactor,
  PasswordProof,
  ReplaceRecoveryCodes,
} from './application/two-factor.use-cases.js';
import { OtplibOneTimeCodes } from './infrastructure/otplib-one-time.codes.js';
import { PostgresLoginChallengeRepository } from './infrastructure/postgres-login-challenge.repository.js';
import { PostgresTwoFactorRepository } from './infrastructure/postgres-two-factor.repository.js';
import { TwoFactorGrpcController } from './interface/two-factor.grpc-controller.js';

/** What the second factor of signing in is made of. */
export const twoFactorProviders: Provider[] = [
  CompleteLogin,
  SecondFactor,
  RecoveryCodes,
  PasswordProof,
  EnrolTwoFactor,
  ConfirmTwoFactor,
  ReplaceRecoveryCodes,
  DisableTwoFactor,
  TwoFactorGrpcController,
  { provide: TwoFactorRepository, useClass: PostgresTwoFactorRepository },
  { provide: LoginChallengeRepository, useClass: PostgresLoginChallengeRepository },
  { provide: OneTimeCodes, useClass: OtplibOneTimeCodes },
];
