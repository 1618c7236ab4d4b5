import { Injectable } from '@nestjs/common';
import { type Account, AuthServiceDefinition } from '@vici/proto-gen/auth';
import { type Profile, UserServiceDefinition } from '@vici/proto-gen/user';
import {
  currentContext,
  type GrpcClient,
  InjectGrpc,
  isDomainError,
  Logger,
  newId,
  notFound,
  requireUserId,
  runInContext,
} from '@vici/utils';
import { toUser } from './user.shapes.js';

type User = ReturnType<typeof toUser>;

/** Puts a user together from the account (auth-service) and the profile (user-service). */
@Injectable()
export class UserComposer {
  constructor(
    @InjectGrpc(AuthServiceDefinition) private readonly auth: GrpcClient<typeof AuthServiceDefinition>,
    @InjectGrpc(UserServiceDefinition) private readonly users: GrpcClient<typeof UserServiceDefinition>,
    private readonly logger: Logger,
  ) {}

  /** The caller. */
  async current(): Promise<User> {
    const [account, profile] = await Promise.all([this.callersAccount(), this.users.getProfile({})]);
    return toUser(account, profile);
  }

  /** The caller, with the profile that was just written. */
  async withProfile(profile: Profile): Promise<User> {
    return toUser(await this.callersAccount(), profile);
  }

  /** Whoever has just signed in. A profile that cannot be had does not keep anybody out. */
  async signedIn(account: Account): Promise<User> {
    const context = currentContext() ?? { requestId: newId(), caller: { role: 'anonymous' as const } };
    const caller = { ...context.caller, role: 'customer' as const, userId: account.userId };
    try {
      return toUser(
        account,
        await runInContext({ ...context, caller }, () => this.users.getProfile({}, { timeoutMs: 500 })),
      );
    } catch (error) {
      if (!isDomainError(error)) {
        throw error;
      }
      this.logger.warn('Signed in without the profile.', { code: error.code });
      return toUser(account);
    }
  }

  private async callersAccount(): Promise<Account> {
    const userId = requireUserId();
    const { accounts } = await this.auth.getAccounts({ userIds: [userId] });
    const [account] = accounts;
    if (account === undefined) {
      throw notFound('User', userId);
    }
    return account;
  }
}
