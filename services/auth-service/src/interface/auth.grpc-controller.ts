import { Injectable } from '@nestjs/common';
import type {
  AuthServiceDefinition,
  GetAccountsRequest,
  GetAccountsResponse,
  GetSigningKeysResponse,
  LoginRequest,
  LogoutRequest,
  LogoutResponse,
  RefreshRequest,
  RegisterRequest,
  SignedIn,
  VerifyEmailRequest,
  VerifyEmailResponse,
} from '@vici/proto-gen/auth';
import { currentCaller, type GrpcHandlers, parseId, requireRole } from '@vici/utils';
import { GetAccounts } from '../application/get-accounts.use-case.js';
import { LogIn } from '../application/log-in.use-case.js';
import { LogOut } from '../application/log-out.use-case.js';
import { AccessTokens } from '../application/ports.js';
import { Refresh } from '../application/refresh.use-case.js';
import { Register } from '../application/register.use-case.js';
import { VerifyEmail } from '../application/verify-email.use-case.js';

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

/** The gRPC API of auth-service. */
@Injectable()
export class AuthGrpcController implements GrpcHandlers<typeof AuthServiceDefinition> {
  constructor(
    private readonly signIn: SignInUseCases,
    private readonly verification: VerifyEmail,
    private readonly accounts: GetAccounts,
    private readonly accessTokens: AccessTokens,
  ) {}

  async register(request: RegisterRequest): Promise<SignedIn> {
    return await this.signIn.register.execute(request);
  }

  async login(request: LoginRequest): Promise<SignedIn> {
    return await this.signIn.logIn.execute(request);
  }

  async refresh({ refreshToken }: RefreshRequest): Promise<SignedIn> {
    return await this.signIn.refresh.execute(refreshToken);
  }

  async logout({ refreshToken }: LogoutRequest): Promise<LogoutResponse> {
    await this.signIn.logOut.execute(currentCaller().authSessionId, refreshToken);
    return {};
  }

  async verifyEmail({ token }: VerifyEmailRequest): Promise<VerifyEmailResponse> {
    return { userId: await this.verification.execute(token) };
  }

  /** Anybody may ask for their own account; staff for any. */
  async getAccounts({ userIds }: GetAccountsRequest): Promise<GetAccountsResponse> {
    const ids = userIds.map((id) => parseId<'User'>(id, 'userIds'));
    const own = currentCaller().userId;
    if (own === undefined || ids.some((id) => id !== own)) requireRole('admin', 'support');
    return { accounts: await this.accounts.execute(ids) };
  }

  async getSigningKeys(): Promise<GetSigningKeysResponse> {
    return { jwks: await this.accessTokens.publicKeys() };
  }
}
