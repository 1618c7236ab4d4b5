import { Injectable } from '@nestjs/common';
import { checkpoint } from '@vici/utils';
import { Credentials } from './credentials.js';
import { SignIn, type SignInResult } from './sign-in.js';

/** What somebody signs in with. */
export interface Login {
  readonly email: string;
  readonly password: string;
  /** Whether to stay signed in for the longer lifetime. */
  readonly remember: boolean;
  readonly shopperSessionId?: string | undefined;
}

/** Signs somebody in with e-mail and password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly credentials: Credentials,
    private readonly signIn: SignIn,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, ACCOUNT_BLOCKED, RATE_LIMITED, VALIDATION_FAILED */
  async execute({ email, password, ...options }: Login): Promise<SignInResult> {
    const { account, passwordHash } = await this.credentials.check(email, password);
    await checkpoint('auth.login-checked');
    return await this.signIn.begin(account.userId, { ...options, passwordHash });
  }
}
