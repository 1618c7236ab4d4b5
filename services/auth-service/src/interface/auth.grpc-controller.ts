import { Injectable } from '@nestjs/common';
import type {
  AuthServiceDefinition,
  ChangePasswordRequest,
  ChangePasswordResponse,
  ConfirmIdentityRequest,
  ConfirmIdentityResponse,
  EndSessionRequest,
  EndSessionResponse,
  GetAccountsRequest,
  GetAccountsResponse,
  GetSigningKeysResponse,
  ListSessionsResponse,
  LoginRequest,
  LogoutRequest,
  LogoutResponse,
  RefreshRequest,
  RegisterRequest,
  RequestPasswordResetRequest,
  RequestPasswordResetResponse,
  ResetPasswordRequest,
  ResetPasswordResponse,
  SignedIn,
  VerifyEmailRequest,
  VerifyEmailResponse,
} from '@vici/proto-gen/auth';
import { currentCaller, type GrpcHandlers, parseId, requirePermission, requireUserId } from '@vici/utils';
import { ChangePassword } from '../application/change-password.use-case.js';
import { ConfirmIdentity } from '../application/confirm-identity.use-case.js';
import { GetAccounts } from '../application/get-accounts.use-case.js';
import { LogIn } from '../application/log-in.use-case.js';
import { LogOut } from '../application/log-out.use-case.js';
import { AccessTokens } from '../application/ports.js';
import { Refresh } from '../application/refresh.use-case.js';
import { Register } from '../application/register.use-case.js';
import { RequestPasswordReset } from '../application/request-password-reset.use-case.js';
import { ResetPassword } from '../application/reset-password.use-case.js';
import { EndSession, ListSessions } from '../application/sessions.use-cases.js';
import { VerifyEmail } from '../application/verify-email.use-case.js';
import { toSignedIn } from './signed-in.message.js';

/** The ways in and out of an account. */
@Injectable()
export class SignInUseCases {
  constructor(
    readonly register: Register,
    readonly logIn: LogIn,
    readonly refresh: Refresh,
    readonly logOut: LogOut,
  ) {}
}

/** The ways to a new password. */
@Injectable()
export class PasswordUseCases {
  constructor(
    readonly requestReset: RequestPasswordReset,
    readonly reset: ResetPassword,
    readonly change: ChangePassword,
    readonly confirm: ConfirmIdentity,
  ) {}
}

/** What users can do about the devices they are signed in on. */
@Injectable()
export class SessionUseCases {
  constructor(
    readonly list: ListSessions,
    readonly end: EndSession,
  ) {}
}

/** The gRPC API of auth-service. */
@Injectable()
export class AuthGrpcController implements GrpcHandlers<typeof AuthServiceDefinition> {
  constructor(
    private readonly signIn: SignInUseCases,
    private readonly passwords: PasswordUseCases,
    private readonly sessions: SessionUseCases,
    private readonly verification: VerifyEmail,
    private readonly accounts: GetAccounts,
    private readonly accessTokens: AccessTokens,
  ) {}

  async register(request: RegisterRequest): Promise<SignedIn> {
    return await this.signIn.register.execute(request);
  }

  async login(request: LoginRequest): Promise<SignedIn> {
    return toSignedIn(await this.signIn.logIn.execute(request));
  }

  async refresh({ refreshToken }: RefreshRequest): Promise<SignedIn> {
    return await this.signIn.refresh.execute(refreshToken);
  }

  async logout({ refreshToken }: LogoutRequest): Promise<LogoutResponse> {
    await this.signIn.logOut.execute(currentCaller(), refreshToken);
    return {};
  }

  async verifyEmail({ token }: VerifyEmailRequest): Promise<VerifyEmailResponse> {
    return { userId: await this.verification.execute(token) };
  }

  async requestPasswordReset({ email }: RequestPasswordResetRequest): Promise<RequestPasswordResetResponse> {
    await this.passwords.requestReset.execute(email);
    return {};
  }

  async resetPassword({ token, password }: ResetPasswordRequest): Promise<ResetPasswordResponse> {
    await this.passwords.reset.execute(token, password);
    return {};
  }

  async changePassword(request: ChangePasswordRequest): Promise<ChangePasswordResponse> {
    const userId = requireUserId();
    await this.passwords.change.execute({ ...request, userId, sessionId: currentCaller().authSessionId });
    return {};
  }

  async confirmIdentity({ password }: ConfirmIdentityRequest): Promise<ConfirmIdentityResponse> {
    await this.passwords.confirm.execute(requireUserId(), currentCaller().authSessionId, password);
    return {};
  }

  async listSessions(): Promise<ListSessionsResponse> {
    const current = currentCaller().authSessionId;
    const devices = await this.sessions.list.execute(requireUserId());
    return {
      sessions: devices.map(({ sessionId, ...device }) => ({
        ...device,
        id: sessionId,
        current: sessionId === current,
      })),
    };
  }

  async endSession({ sessionId }: EndSessionRequest): Promise<EndSessionResponse> {
    await this.sessions.end.execute(requireUserId(), parseId<'AuthSession'>(sessionId, 'sessionId'));
    return {};
  }

  /** Anybody may ask for their own account; staff for any. */
  async getAccounts({ userIds }: GetAccountsRequest): Promise<GetAccountsResponse> {
    const ids = userIds.map((id) => parseId<'User'>(id, 'userIds'));
    const own = currentCaller().userId;
    if (own === undefined || ids.some((id) => id !== own)) requirePermission('users:read');
    return { accounts: await this.accounts.execute(ids) };
  }

  async getSigningKeys(): Promise<GetSigningKeysResponse> {
    return { jwks: await this.accessTokens.publicKeys() };
  }
}
