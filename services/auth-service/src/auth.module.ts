import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations } from '@vici/events';
import { RedisModule } from '@vici/utils';
import { BootstrapAdmin } from './application/bootstrap-admin.js';
import { GetAccounts } from './application/get-accounts.use-case.js';
import { Credentials, LogIn } from './application/log-in.use-case.js';
import { LogOut } from './application/log-out.use-case.js';
import {
  AccessTokens,
  AccountRepository,
  LoginThrottle,
  PasswordHasher,
  RefreshTokenRepository,
  SessionStore,
} from './application/ports.js';
import { Refresh } from './application/refresh.use-case.js';
import { Register } from './application/register.use-case.js';
import { SessionTokens } from './application/session-tokens.js';
import { VerifyEmail } from './application/verify-email.use-case.js';
import type { AuthConfig } from './auth.config.js';
import { BcryptPasswordHasher } from './infrastructure/bcrypt-password.hasher.js';
import { ExpiredTokenCleanup } from './infrastructure/expired-token.cleanup.js';
import { JwtAccessTokens } from './infrastructure/jwt-access.tokens.js';
import { PostgresAccountRepository } from './infrastructure/postgres-account.repository.js';
import { PostgresRefreshTokenRepository } from './infrastructure/postgres-refresh-token.repository.js';
import { RedisLoginThrottle } from './infrastructure/redis-login.throttle.js';
import { RedisSessionStore } from './infrastructure/redis-session.store.js';
import { SigningKeys } from './infrastructure/signing-keys.js';
import { AuthGrpcController, SignInUseCases } from './interface/auth.grpc-controller.js';

@Module({
  providers: [
    Register,
    LogIn,
    Credentials,
    Refresh,
    LogOut,
    VerifyEmail,
    GetAccounts,
    SessionTokens,
    BootstrapAdmin,
    SigningKeys,
    ExpiredTokenCleanup,
    SignInUseCases,
    AuthGrpcController,
    { provide: AccountRepository, useClass: PostgresAccountRepository },
    { provide: RefreshTokenRepository, useClass: PostgresRefreshTokenRepository },
    { provide: SessionStore, useClass: RedisSessionStore },
    { provide: LoginThrottle, useClass: RedisLoginThrottle },
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
