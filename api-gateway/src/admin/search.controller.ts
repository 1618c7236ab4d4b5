import { Controller } from '@nestjs/common';
import { SearchAdminServiceDefinition } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toInstant, toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './search.routes.js';

@Controller()
export class AdminSearchController {
  constructor(
    @InjectGrpc(SearchAdminServiceDefinition)
    private readonly search: GrpcClient<typeof SearchAdminServiceDefinition>,
  ) {}

  @Route(routes.listSearchMissesRoute)
  async misses({
    query,
  }: RouteInput<typeof routes.listSearchMissesRoute>): Promise<
    RouteResult<typeof routes.listSearchMissesRoute>
  > {
    const { page = 0, limit = 0 } = query;
    const found = await this.search.listSearchMisses({ page: { page, limit } });
    const misses = found.misses.map(({ query: asked, count, firstAt, lastAt }) => ({
      query: asked,
      count,
      firstAt: toInstant(firstAt),
      lastAt: toInstant(lastAt),
    }));
    return toPage(misses, found.page);
  }

  @Route(routes.listSynonymsRoute)
  async synonyms(): Promise<RouteResult<typeof routes.listSynonymsRoute>> {
    const { synonyms } = await this.search.listSynonyms({});
    return synonyms;
  }

  @Route(routes.setSynonymsRoute)
  async setSynonyms({
    params,
    body,
  }: RouteInput<typeof routes.setSynonymsRoute>): Promise<RouteResult<typeof routes.setSynonymsRoute>> {
    return await this.search.setSynonyms({ word: params.word, synonyms: body.synonyms });
  }
}
