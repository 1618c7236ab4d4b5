import { Controller } from '@nestjs/common';
import { DeadLetterAdminServiceDefinition } from '@vici/proto-gen/event';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './dead-letters.routes.js';
import { DEAD_LETTER_COLUMNS, toDeadLetter, toDeadLetterDetail } from './dead-letters.shapes.js';
import { exportOfPages } from './list-export.js';

type ListQuery = RouteInput<typeof routes.listDeadLettersRoute>['query'];

@Controller()
export class AdminDeadLettersController {
  constructor(
    @InjectGrpc(DeadLetterAdminServiceDefinition)
    private readonly letters: GrpcClient<typeof DeadLetterAdminServiceDefinition>,
  ) {}

  @Route(routes.listDeadLettersRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listDeadLettersRoute>): Promise<
    RouteResult<typeof routes.listDeadLettersRoute>
  > {
    return await this.page(query);
  }

  @Route(routes.exportDeadLettersRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportDeadLettersRoute>): Promise<
    RouteResult<typeof routes.exportDeadLettersRoute>
  > {
    return exportOfPages('dead-letters.csv', DEAD_LETTER_COLUMNS, (page) => this.page({ ...query, ...page }));
  }

  @Route(routes.getDeadLetterRoute)
  async one({
    params,
  }: RouteInput<typeof routes.getDeadLetterRoute>): Promise<RouteResult<typeof routes.getDeadLetterRoute>> {
    return toDeadLetterDetail(await this.letters.getDeadLetter(params));
  }

  @Route(routes.replayDeadLetterRoute)
  async replay({
    params,
  }: RouteInput<typeof routes.replayDeadLetterRoute>): Promise<
    RouteResult<typeof routes.replayDeadLetterRoute>
  > {
    await this.letters.replayDeadLetters({ ids: [params.id] });
    return toDeadLetterDetail(await this.letters.getDeadLetter(params));
  }

  @Route(routes.replayDeadLettersRoute)
  async replaySeveral({
    body,
  }: RouteInput<typeof routes.replayDeadLettersRoute>): Promise<
    RouteResult<typeof routes.replayDeadLettersRoute>
  > {
    const { replayedIds } = await this.letters.replayDeadLetters(body);
    return { replayed: replayedIds };
  }

  private async page({ page = 0, limit = 0, cursor, sort, ...filter }: ListQuery) {
    const found = await this.letters.searchDeadLetters({
      filter: { ...filter, oldestFirst: sort === 'oldest' },
      page: { page, limit, cursor },
    });
    return toPage(found.deadLetters.map(toDeadLetter), found.page);
  }
}
