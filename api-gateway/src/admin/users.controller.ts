import { Controller } from '@nestjs/common';
import { AccountAdminServiceDefinition, AuthServiceDefinition } from '@vici/proto-gen/auth';
import { type GrpcClient, InjectGrpc, notFound } from '@vici/utils';
import { toSession } from '../auth/session.shapes.js';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportOfPages } from './list-export.js';
import * as routes from './users.routes.js';
import { toAdminUser, USER_COLUMNS } from './users.shapes.js';

type ListQuery = RouteInput<typeof routes.listUsersRoute>['query'];

@Controller()
export class AdminUsersController {
  constructor(
    @InjectGrpc(AuthServiceDefinition) private readonly auth: GrpcClient<typeof AuthServiceDefinition>,
    @InjectGrpc(AccountAdminServiceDefinition)
    private readonly accounts: GrpcClient<typeof AccountAdminServiceDefinition>,
  ) {}

  @Route(routes.listUsersRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listUsersRoute>): Promise<RouteResult<typeof routes.listUsersRoute>> {
    return await this.page(query);
  }

  @Route(routes.exportUsersRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportUsersRoute>): Promise<RouteResult<typeof routes.exportUsersRoute>> {
    return exportOfPages('users.csv', USER_COLUMNS, (page) => this.page({ ...query, ...page }));
  }

  @Route(routes.getUserRoute)
  async one({
    params,
  }: RouteInput<typeof routes.getUserRoute>): Promise<RouteResult<typeof routes.getUserRoute>> {
    const { accounts } = await this.auth.getAccounts({ userIds: [params.id] });
    const [account] = accounts;
    if (account === undefined) {
      throw notFound('User', params.id);
    }
    return toAdminUser(account);
  }

  @Route(routes.updateUserRoute)
  async update({
    params,
    body,
  }: RouteInput<typeof routes.updateUserRoute>): Promise<RouteResult<typeof routes.updateUserRoute>> {
    return toAdminUser(await this.accounts.updateAccount({ ...body, userId: params.id }));
  }

  @Route(routes.resetTwoFactorRoute)
  async resetTwoFactor({
    params,
    body,
  }: RouteInput<typeof routes.resetTwoFactorRoute>): Promise<RouteResult<typeof routes.resetTwoFactorRoute>> {
    return toAdminUser(await this.accounts.resetTwoFactor({ userId: params.id, ...body }));
  }

  @Route(routes.userSessionsRoute)
  async sessions({
    params,
  }: RouteInput<typeof routes.userSessionsRoute>): Promise<RouteResult<typeof routes.userSessionsRoute>> {
    const { sessions } = await this.accounts.listAccountSessions({ userId: params.id });
    return sessions.map(toSession);
  }

  @Route(routes.endUserSessionsRoute)
  async endSessions({
    params,
  }: RouteInput<typeof routes.endUserSessionsRoute>): Promise<
    RouteResult<typeof routes.endUserSessionsRoute>
  > {
    return await this.accounts.endAccountSessions({ userId: params.id });
  }

  @Route(routes.endUserSessionRoute)
  async endSession({
    params,
  }: RouteInput<typeof routes.endUserSessionRoute>): Promise<RouteResult<typeof routes.endUserSessionRoute>> {
    return await this.accounts.endAccountSessions({ userId: params.id, sessionId: params.sessionId });
  }

  private async page({ page = 0, limit = 0, cursor, search = '', role, blocked, sort }: ListQuery) {
    const found = await this.accounts.listAccounts({
      page: { page, limit, cursor },
      search,
      role: role ?? '',
      ...(blocked !== undefined && { blocked }),
      oldestFirst: sort === 'oldest',
    });
    return toPage(found.accounts.map(toAdminUser), found.page);
  }
}
