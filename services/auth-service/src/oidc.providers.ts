import type { Provider } from '@nestjs/common';
import { BeginOidcLogin } from './application/begin-oidc-login.use-case.js';
import { CompleteOidcLogin } from './application/complete-oidc-login.use-case.js';
import { ListIdentities, UnlinkIdentity } from './application/identities.use-cases.js';
import { IdentityAccounts } from './application/identity-accounts.js';
import { IdentityRepository, OidcFlowRepository, OidcProviders } from './application/oidc.ports.js';
import { OpenidClientOidcProviders } from './infrastructure/openid-client.oidc-providers.js';
import { PostgresIdentityRepository } from './infrastructure/postgres-identity.repository.js';
import { PostgresOidcFlowRepository } from './infrastructure/postgres-oidc-flow.repository.js';
import { OidcGrpcController } from './interface/oidc.grpc-controller.js';

/** What signing in with an account elsewhere is made of. */
export const oidcProviders: Provider[] = [
  BeginOidcLogin,
  CompleteOidcLogin,
  IdentityAccounts,
  ListIdentities,
  UnlinkIdentity,
  OidcGrpcController,
  { provide: OidcProviders, useClass: OpenidClientOidcProviders },
  { provide: OidcFlowRepository, useClass: PostgresOidcFlowRepository },
  { provide: IdentityRepository, useClass: PostgresIdentityRepository },
];
