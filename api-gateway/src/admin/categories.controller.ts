import { Controller } from '@nestjs/common';
import { CatalogueAdminServiceDefinition } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toCategory } from '../products/product.shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './categories.routes.js';

type CategoryAnswer = ReturnType<typeof toCategory>;

@Controller()
export class AdminCategoriesController {
  constructor(
    @InjectGrpc(CatalogueAdminServiceDefinition)
    private readonly catalogue: GrpcClient<typeof CatalogueAdminServiceDefinition>,
  ) {}

  @Route(routes.listAdminCategoriesRoute)
  async list(): Promise<RouteResult<typeof routes.listAdminCategoriesRoute>> {
    const { categories } = await this.catalogue.listAdminCategories({});
    return categories.map(toCategory);
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
}
