import type { Provider } from '@nestjs/common';
import { AccountDirectory } from './application/account-directory.js';
import { AuditLogRepository } from './application/audit-log.repository.js';
import { EndAccountSessions } from './application/end-account-sessions.use-case.js';
import { ResetTwoFactor } from './application/reset-two-factor.use-case.js';
import { UpdateAccount } from './application/update-account.use-case.js';
import { PostgresAccountDirectory } from './infrastructure/postgres-account-directory.js';
import { PostgresAuditLogRepository } from './infrastructure/postgres-audit-log.repository.js';
import { AccountAdminGrpcController } from './interface/account-admin.grpc-controller.js';
import { AuditEventHandlers } from './interface/audit.event-handlers.js';

/** What staff work with: accounts and the audit log. */
export const administrationProviders: Provider[] = [
  UpdateAccount,
  EndAccountSessions,
  ResetTwoFactor,
  AccountAdminGrpcController,
  AuditEventHandlers,
  { provide: AccountDirectory, useClass: PostgresAccountDirectory },
  { provide: AuditLogRepository, useClass: PostgresAuditLogRepository },
];
