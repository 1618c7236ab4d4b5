import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { RedisModule } from '@vici/utils';
import { administrationProviders } from './administration.providers.js';
import { AccountSessions } from './application/account-sessions.js';
import { BootstrapAdmin } from './application/bootstrap-admin.js';
import { ChangePassword } from './application/change-password.use-case.js';
import { ConfirmIdentity } from './application/confirm-identity.use-case.js';
import { Credentials } from './application/credentials.js';
import { GetAccounts } from './application/get-accounts.use-case.js';
import { LogIn } from './application/log-in.use-case.js';
import { LogOut } from './application/log-out.use-case.js';
import { NewPasswords } from './application/new-passwords.js';
import { OidcFlowRepository } from './application/oidc.ports.js';
import { Passwords } from './application/passwords.js';
import {
  AccessTokens,
  AccountRepository,
  CommonPasswords,
  LoginThrottle,
  PasswordHasher,
  PasswordResetRepository,
  RefreshTokenRepository,
  ResetLinkSignal,
  ResetThrottle,
  SessionRepository,
  SessionStore,
} from './application/ports.js';
import { Refresh } from './application/refresh.use-case.js';
import { Register } from './application/register.use-case.js';
import { RequestPasswordReset } from './application/request-password-reset.use-case.js';
import { ResetPassword } from './application/reset-password.use-case.js';
import { SecurityNotices } from './application/security-notices.js';
import { SendResetLinks } from './application/send-reset-links.use-case.js';
import { SessionTokens } from './application/session-tokens.js';
import { EndSession, ListSessions } from './application/sessions.use-cases.js';
import { SignIn } from './application/sign-in.js';
import { TheftAlarm } from './application/theft-alarm.js';
import { LoginChallengeRepository } from './application/two-factor.repository.js';
import { VerifyEmail } from './application/verify-email.use-case.js';
import type { AuthConfig } from './auth.config.js';
import { AuthPersonalData } from './infrastructure/auth.personal-data.js';
import { BcryptPasswordHasher } from './infrastructure/bcrypt-password.hasher.js';
import { EXPIRIES, ExpiredTokenCleanup, type Expiry } from './infrastructure/expired-token.cleanup.js';
import { GuessingListCommonPasswords } from './infrastructure/guessing-list.common-passwords.js';
import { JwtAccessTokens } from './infrastructure/jwt-access.tokens.js';
import { PostgresAccountRepository } from './infrastructure/postgres-account.repository.js';
import { PostgresPasswordResetRepository } from './infrastructure/postgres-password-reset.repository.js';
import { PostgresRefreshTokenRepository } from './infrastructure/postgres-refresh-token.repository.js';
import { PostgresSessionRepository } from './infrastructure/postgres-session.repository.js';
import { RedisLoginThrottle } from './infrastructure/redis-login.throttle.js';
import { RedisResetThrottle } from './infrastructure/redis-reset.throttle.js';
import { RedisSessionStore } from './infrastructure/redis-session.store.js';
import { ResetLinkWorker } from './infrastructure/reset-link.worker.js';
import { SigningKeys } from './infrastructure/signing-keys.js';
import {
  AuthGrpcController,
  PasswordUseCases,
  SessionUseCases,
  SignInUseCases,
} from './interface/auth.grpc-controller.js';
import { oidcProviders } from './oidc.providers.js';
import { twoFactorProviders } from './two-factor.providers.js';

@Module({
  providers: [
    Register,
    LogIn,
    SignIn,
    Credentials,
    Refresh,
    LogOut,
    VerifyEmail,
    GetAccounts,
    NewPasswords,
    Passwords,
    AccountSessions,
    RequestPasswordReset,
    SendResetLinks,
    ResetPassword,
    ChangePassword,
    ConfirmIdentity,
    PersonalDataHandlers,
    ListSessions,
    EndSession,
    SessionTokens,
    SecurityNotices,
    TheftAlarm,
    BootstrapAdmin,
    SigningKeys,
    ExpiredTokenCleanup,
    SignInUseCases,
    PasswordUseCases,
    SessionUseCases,
    ResetLinkWorker,
    AuthGrpcController,
    ...administrationProviders,
    ...twoFactorProviders,
    ...oidcProviders,
    {
      provide: EXPIRIES,
      useFactory: expiriesOf,
      inject: [
        RefreshTokenRepository,
        SessionRepository,
        AccountRepository,
        PasswordResetRepository,
        LoginChallengeRepository,
        OidcFlowRepository,
      ],
    },
    { provide: PersonalData, useClass: AuthPersonalData },
    { provide: AccountRepository, useClass: PostgresAccountRepository },
    { provide: RefreshTokenRepository, useClass: PostgresRefreshTokenRepository },
    { provide: SessionRepository, useClass: PostgresSessionRepository },
    { provide: PasswordResetRepository, useClass: PostgresPasswordResetRepository },
    { provide: SessionStore, useClass: RedisSessionStore },
    { provide: LoginThrottle, useClass: RedisLoginThrottle },
    { provide: ResetThrottle, useClass: RedisResetThrottle },
    { provide: ResetLinkSignal, useExisting: ResetLinkWorker },
    { provide: CommonPasswords, useClass: GuessingListCommonPasswords },
    { provide: PasswordHasher, useClass: BcryptPasswordHasher },
    { provide: AccessTokens, useClass: JwtAccessTokens },
  ],
})
export class AuthModule {
  static forConfig(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'auth-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        RedisModule.forRoot({ url: config.REDIS_URL }),
        EventsModule.forRoot({ service: 'auth-service', bus: eventBusOf(config) }),
      ],
    };
  }
}

function expiriesOf(
  refreshTokens: RefreshTokenRepository,
  sessions: SessionRepository,
  accounts: AccountRepository,
  resets: PasswordResetRepository,
  challenges: LoginChallengeRepository,
  flows: OidcFlowRepository,
): Expiry[] {
  return [
    (before) => refreshTokens.deleteExpired(before),
    (before) => sessions.deleteExpired(before),
    (before) => accounts.deleteExpiredVerifications(before),
    (before) => resets.deleteExpired(before),
    (before) => challenges.deleteExpired(before),
    (before) => flows.deleteExpired(before),
  ];
}
