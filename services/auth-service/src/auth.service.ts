import {
  AccountAdminServiceDefinition,
  AuthServiceDefinition,
  OidcServiceDefinition,
  TwoFactorServiceDefinition,
} from '@vici/proto-gen/auth';
import { defineService } from '@vici/utils';
import { authConfig } from './auth.config.js';
import { AuthModule } from './auth.module.js';
import { AccountAdminGrpcController } from './interface/account-admin.grpc-controller.js';
import { AuthGrpcController } from './interface/auth.grpc-controller.js';
import { OidcGrpcController } from './interface/oidc.grpc-controller.js';
import { TwoFactorGrpcController } from './interface/two-factor.grpc-controller.js';

/** auth-service: credentials, tokens and sessions. */
export const authService = defineService({
  name: 'auth',
  config: authConfig,
  module: (config) => AuthModule.forConfig(config),
  grpc: [
    { definition: AuthServiceDefinition, controller: AuthGrpcController },
    { definition: AccountAdminServiceDefinition, controller: AccountAdminGrpcController },
    { definition: TwoFactorServiceDefinition, controller: TwoFactorGrpcController },
    { definition: OidcServiceDefinition, controller: OidcGrpcController },
  ],
});
