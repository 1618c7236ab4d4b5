import { Controller } from '@nestjs/common';
import { CatalogueAdminServiceDefinition, CategorySort } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toCategory } from '../products/product.shapes.js';
import { askedPage, toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './categories.routes.js';
import { exportOfPages } from './list-export.js';

type ListQuery = RouteInput<typeof routes.listAdminCategoriesRoute>['query'];
const SORT_OF = {
  tree: CategorySort.UNSPECIFIED,
  name: CategorySort.NAME,
  products: CategorySort.PRODUCTS,
} as const satisfies Readonly<Record<(typeof routes.CATEGORY_SORTS)[number], CategorySort>>;

type CategoryAnswer = ReturnType<typeof toCategory>;

@Controller()
export class AdminCategoriesController {
  constructor(
    @InjectGrpc(CatalogueAdminServiceDefinition)
    private readonly catalogue: GrpcClient<typeof CatalogueAdminServiceDefinition>,
  ) {}

  @Route(routes.listAdminCategoriesRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listAdminCategoriesRoute>): Promise<
    RouteResult<typeof routes.listAdminCategoriesRoute>
  > {
    const { data, pagination } = await this.page(query);
    return askedPage(query) === undefined ? data : { data, pagination };
  }

  @Route(routes.exportCategoriesRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportCategoriesRoute>): Promise<
    RouteResult<typeof routes.exportCategoriesRoute>
  > {
    return exportOfPages('categories.csv', routes.CATEGORY_COLUMNS, (page) =>
      this.page({ ...query, ...page }),
    );
  }

  @Route(routes.createCategoryRoute)
  async create({ body }: RouteInput<typeof routes.createCategoryRoute>): Promise<CategoryAnswer> {
    const { isActive, parentId, icon, ...content } = body;
    const category = { ...content, parentSlug: await this.slugOf(parentId), icon: icon ?? undefined };
    return toCategory(await this.catalogue.createCategory({ category, isActive }));
  }

  @Route(routes.updateCategoryRoute)
  async update({ params, body }: RouteInput<typeof routes.updateCategoryRoute>): Promise<CategoryAnswer> {
    const { name = '', description = '', image = '', sortOrder = 0, isActive = true, parentId, icon } = body;
    const fields = Object.entries(body).flatMap(([name, value]) =>
      value === undefined ? [] : [name === 'parentId' ? 'parentSlug' : name],
    );
    const parentSlug = await this.slugOf(parentId);
    const changes = { name, description, image, sortOrder, parentSlug, icon: icon ?? undefined };
    return toCategory(await this.catalogue.updateCategory({ id: params.id, changes, fields, isActive }));
  }

  @Route(routes.reorderCategoriesRoute)
  async reorder({
    body,
  }: RouteInput<typeof routes.reorderCategoriesRoute>): Promise<
    RouteResult<typeof routes.reorderCategoriesRoute>
  > {
    const { categories } = await this.catalogue.reorderCategories({ ids: body.ids });
    return categories.map(toCategory);
  }

  @Route(routes.deleteCategoryRoute)
  async remove({ params, query }: RouteInput<typeof routes.deleteCategoryRoute>): Promise<null> {
    await this.catalogue.deleteCategory({ id: params.id, heirId: query.heirId });
    return null;
  }

  /** The contract knows parents by their slugs; what is no category is left for it to refuse. */
  private async slugOf(idOrSlug: string | null | undefined): Promise<string | undefined> {
    if (idOrSlug === null || idOrSlug === undefined) return undefined;
    const { categories } = await this.catalogue.listAdminCategories({});
    return categories.find(({ id }) => id === idOrSlug.toLowerCase())?.slug ?? idOrSlug;
  }

  private async page(query: ListQuery) {
    const { search, active, sort = 'tree' } = query;
    const found = await this.catalogue.listAdminCategories({
      search,
      active,
      sort: SORT_OF[sort],
      page: askedPage(query),
    });
    return toPage(found.categories.map(toCategory), found.page);
  }
}
