import { Controller } from '@nestjs/common';
import { AccountAdminServiceDefinition } from '@vici/proto-gen/auth';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportAuditRoute, listAuditRoute } from './audit.routes.js';
import { AUDIT_COLUMNS, toAuditEntry } from './audit.shapes.js';
import { exportOfPages } from './list-export.js';

type ListQuery = RouteInput<typeof listAuditRoute>['query'];

@Controller()
export class AdminAuditController {
  constructor(
    @InjectGrpc(AccountAdminServiceDefinition)
    private readonly accounts: GrpcClient<typeof AccountAdminServiceDefinition>,
  ) {}

  @Route(listAuditRoute)
  async list({ query }: RouteInput<typeof listAuditRoute>): Promise<RouteResult<typeof listAuditRoute>> {
    return await this.page(query);
  }

  @Route(exportAuditRoute)
  async export({
    query,
  }: RouteInput<typeof exportAuditRoute>): Promise<RouteResult<typeof exportAuditRoute>> {
    return exportOfPages('audit.csv', AUDIT_COLUMNS, (page) => this.page({ ...query, ...page }));
  }

  private async page({ page = 0, limit = 0, cursor, from, to, sort, ...filter }: ListQuery) {
    const { action = '', actorId = '', targetType = '', targetId = '' } = filter;
    const found = await this.accounts.listAuditEntries({
      page: { page, limit, cursor },
      ...{ action, actorId, targetType, targetId },
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
      oldestFirst: sort === 'oldest',
    });
    return toPage(found.entries.map(toAuditEntry), found.page);
  }
}
