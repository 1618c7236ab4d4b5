import { Controller } from '@nestjs/common';
import { AccountAdminServiceDefinition } from '@vici/proto-gen/auth';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { listAuditRoute } from './audit.routes.js';
import { toAuditEntry } from './audit.shapes.js';

@Controller()
export class AdminAuditController {
  constructor(
    @InjectGrpc(AccountAdminServiceDefinition)
    private readonly accounts: GrpcClient<typeof AccountAdminServiceDefinition>,
  ) {}

  @Route(listAuditRoute)
  async list({ query }: RouteInput<typeof listAuditRoute>): Promise<RouteResult<typeof listAuditRoute>> {
    const { from, to } = query;
    const { entries, page } = await this.accounts.listAuditEntries({
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
      action: query.action ?? '',
      actorId: query.actorId ?? '',
      targetType: query.targetType ?? '',
      targetId: query.targetId ?? '',
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    });
    return toPage(entries.map(toAuditEntry), page);
  }
}
