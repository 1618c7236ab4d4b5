import { Controller } from '@nestjs/common';
import { CatalogueAdminServiceDefinition } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toCategory } from '../products/product.shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './categories.routes.js';
import { exportOfList } from './list-export.js';

type Filters = RouteInput<typeof routes.exportCategoriesRoute>['query'];
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
    return await this.matching(query);
  }

  @Route(routes.exportCategoriesRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportCategoriesRoute>): Promise<
    RouteResult<typeof routes.exportCategoriesRoute>
  > {
    return exportOfList('categories.csv', routes.CATEGORY_COLUMNS, () => this.matching(query));
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

  private async matching({ search, active }: Filters): Promise<CategoryAnswer[]> {
    const { categories } = await this.catalogue.listAdminCategories({});
    const part = search?.toLowerCase() ?? '';
    return categories
      .map(toCategory)
      .filter(({ name, slug }) => name.toLowerCase().includes(part) || slug.includes(part))
      .filter(({ isActive }) => active === undefined || isActive === active);
  }
}
