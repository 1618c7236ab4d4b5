import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import type {
  AccountAdminServiceDefinition,
  Account as AccountMessage,
  AuditEntry,
  EndAccountSessionsRequest,
  EndAccountSessionsResponse,
  ListAccountSessionsRequest,
  ListAccountSessionsResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
  ResetTwoFactorRequest,
  UpdateAccountRequest,
} from '@vici/proto-gen/auth';
import { type GrpcHandlers, invalidField, parseId, requirePermission } from '@vici/utils';
import { AccountDirectory } from '../application/account-directory.js';
import { type AuditLogEntry, AuditLogRepository } from '../application/audit-log.repository.js';
import { EndAccountSessions } from '../application/end-account-sessions.use-case.js';
import { ResetTwoFactor } from '../application/reset-two-factor.use-case.js';
import { ListSessions } from '../application/sessions.use-cases.js';
import { UpdateAccount } from '../application/update-account.use-case.js';
import { parseRole } from '../domain/account.js';

const MAX_NOTE = 500;
const MAX_SEARCH = 254;
/** Empty, a thing or an act on it. */
const ACTION_PATTERN = /^([a-z-]+(\.[a-z-]+)*)?$/;

/** What staff can do about accounts. Each call asks for the permission it needs. */
@Injectable()
export class AccountAdminGrpcController implements GrpcHandlers<typeof AccountAdminServiceDefinition> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly update: UpdateAccount,
    private readonly sessions: ListSessions,
    private readonly endSessions: EndAccountSessions,
    private readonly twoFactor: ResetTwoFactor,
    private readonly auditLog: AuditLogRepository,
  ) {}

  async listAccounts(request: ListAccountsRequest): Promise<ListAccountsResponse> {
    requirePermission('users:read');
    const { page, search, role, blocked, oldestFirst } = request;
    const wanted = requestedPage(page);
    if (search.length > MAX_SEARCH)
      throw invalidField('search', `must have at most ${MAX_SEARCH} characters`);
    const filter = {
      ...(search.trim() !== '' && { search: search.trim() }),
      ...(role !== '' && { role: parseRole(role) }),
      ...(blocked !== undefined && { blocked }),
      oldestFirst,
    };
    const found = await this.directory.list(filter, wanted);
    return { accounts: found.items, page: pageInfoOf(found) };
  }

  async updateAccount({ userId, role, blocked, note }: UpdateAccountRequest): Promise<AccountMessage> {
    if (role !== undefined) requirePermission('roles:write');
    if (blocked !== undefined || role === undefined) requirePermission('users:write');
    const reason = checkedNote(note);
    return await this.update.execute(parseId<'User'>(userId, 'userId'), {
      ...(role !== undefined && { role: parseRole(role) }),
      ...(blocked !== undefined && { blocked }),
      ...(reason !== undefined && { note: reason }),
    });
  }

  async listAccountSessions({ userId }: ListAccountSessionsRequest): Promise<ListAccountSessionsResponse> {
    requirePermission('users:read');
    const devices = await this.sessions.execute(parseId<'User'>(userId, 'userId'));
    return {
      sessions: devices.map(({ sessionId, ...device }) => ({ ...device, id: sessionId, current: false })),
    };
  }

  async endAccountSessions(request: EndAccountSessionsRequest): Promise<EndAccountSessionsResponse> {
    requirePermission('users:write');
    const userId = parseId<'User'>(request.userId, 'userId');
    const { sessionId } = request;
    const one = sessionId === undefined ? undefined : parseId<'AuthSession'>(sessionId, 'sessionId');
    return { ended: await this.endSessions.execute(userId, one) };
  }

  async resetTwoFactor({ userId, note }: ResetTwoFactorRequest): Promise<AccountMessage> {
    requirePermission('users:write');
    return await this.twoFactor.execute(parseId<'User'>(userId, 'userId'), checkedNote(note));
  }

  async listAuditEntries(request: ListAuditEntriesRequest): Promise<ListAuditEntriesResponse> {
    requirePermission('audit:read');
    const { page, action, actorId, targetType, targetId, from, to, oldestFirst } = request;
    if (!ACTION_PATTERN.test(action)) throw invalidField('action', 'must be written as thing.act');
    const wanted = requestedPage(page);
    const filter = {
      ...(action !== '' && { action }),
      ...(actorId !== '' && { actorId }),
      ...(targetType !== '' && { targetType }),
      ...(targetId !== '' && { targetId }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      oldestFirst,
    };
    const found = await this.auditLog.list(filter, wanted);
    return { entries: found.items.map(toMessage), page: pageInfoOf(found) };
  }
}

function checkedNote(note = ''): string | undefined {
  if (note.length > MAX_NOTE) throw invalidField('note', `must have at most ${MAX_NOTE} characters`);
  return note.trim() || undefined;
}

function toMessage({ actor, target, before, after, ...entry }: AuditLogEntry): AuditEntry {
  return {
    ...entry,
    actorRole: actor.role,
    ...(actor.userId !== undefined && { actorId: actor.userId }),
    ...(actor.service !== undefined && { actorService: actor.service }),
    targetType: target.type,
    targetId: target.id,
    ...(before !== undefined && { beforeJson: JSON.stringify(before) }),
    ...(after !== undefined && { afterJson: JSON.stringify(after) }),
  };
}
