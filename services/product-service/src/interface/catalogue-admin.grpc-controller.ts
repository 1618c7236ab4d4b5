import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import type {
  AddVariantRequest,
  AdminProduct as AdminProductMessage,
  CatalogueAdminServiceDefinition,
  Category as CategoryMessage,
  CreateCategoryRequest,
  CreateProductRequest,
  DeleteCategoryRequest,
  DeleteProductRequest,
  ExportProductsRequest,
  ExportProductsResponse,
  GetAdminProductRequest,
  ListAdminCategoriesRequest,
  ListAdminProductsRequest,
  ListAdminProductsResponse,
  ListCategoriesResponse,
  RemoveVariantRequest,
  ReorderCategoriesRequest,
  UpdateCategoryRequest,
  UpdateProductRequest,
  UpdateVariantRequest,
} from '@vici/proto-gen/product';
import { type GrpcHandlers, invalidField, notFound, parseId, requirePermission } from '@vici/utils';
import { AdminCatalogue } from '../application/admin-catalogue.js';
import { Categories } from '../application/categories.js';
import { EditCategories } from '../application/edit-categories.js';
import { EditProducts } from '../application/edit-products.js';
import {
  adminFilterOf,
  adminSortOf,
  categorySortOf,
  toAdminProductMessage,
} from './catalogue-admin.messages.js';
import { pageInfo, pageOf } from './page.messages.js';
import { productInputOf, toCategoryMessage } from './product.messages.js';

const EXPORT_LIMIT = 500;
const MAX_EXPORT_LIMIT = 1000;

/** The gRPC API of those who keep the catalogue. */
@Injectable()
export class CatalogueAdminGrpcController implements GrpcHandlers<typeof CatalogueAdminServiceDefinition> {
  constructor(
    private readonly catalogue: AdminCatalogue,
    private readonly products: EditProducts,
    private readonly categories: Categories,
    private readonly categoryEdits: EditCategories,
  ) {}

  async listAdminProducts(request: ListAdminProductsRequest): Promise<ListAdminProductsResponse> {
    requirePermission('products:read');
    const page = pageOf(request.page);
    const found = await this.catalogue.page(adminFilterOf(request.filter), adminSortOf(request.sort), page);
    return {
      products: found.products.map(toAdminProductMessage),
      page: pageInfo(page, { ...found, totalIsEstimate: false }),
    };
  }

  async getAdminProduct({ id }: GetAdminProductRequest): Promise<AdminProductMessage> {
    requirePermission('products:read');
    const product = await this.catalogue.find(parseId<'Product'>(id, 'id'));
    if (product === undefined) throw notFound('product', id);
    return toAdminProductMessage(product);
  }

  async exportProducts({ filter, afterId, limit }: ExportProductsRequest): Promise<ExportProductsResponse> {
    requirePermission('products:read');
    if (limit < 0 || limit > MAX_EXPORT_LIMIT)
      throw invalidField('limit', `must be at most ${MAX_EXPORT_LIMIT}`);
    const after = afterId === '' ? undefined : parseId<'Product'>(afterId, 'afterId');
    const products = await this.catalogue.after(adminFilterOf(filter), after, limit || EXPORT_LIMIT);
    return { products: products.map(toAdminProductMessage) };
  }

  async createProduct({ product }: CreateProductRequest): Promise<AdminProductMessage> {
    requirePermission('products:write');
    if (product === undefined) throw invalidField('product', 'is required');
    return toAdminProductMessage(await this.products.create(productInputOf(product)));
  }

  async updateProduct({ id, changes, fields, version }: UpdateProductRequest): Promise<AdminProductMessage> {
    requirePermission('products:write');
    if (changes === undefined) throw invalidField('changes', 'is required');
    const target = { id: parseId<'Product'>(id, 'id'), version };
    return toAdminProductMessage(await this.products.update(target, productInputOf(changes), fields));
  }

  async deleteProduct({ id, version }: DeleteProductRequest): Promise<Record<string, never>> {
    requirePermission('products:write');
    await this.products.remove({ id: parseId<'Product'>(id, 'id'), version });
    return {};
  }

  async addVariant({ productId, variant, version }: AddVariantRequest): Promise<AdminProductMessage> {
    requirePermission('products:write');
    if (variant === undefined) throw invalidField('variant', 'is required');
    const target = { id: parseId<'Product'>(productId, 'productId'), version };
    return toAdminProductMessage(await this.products.addVariant(target, variant));
  }

  async updateVariant(request: UpdateVariantRequest): Promise<AdminProductMessage> {
    requirePermission('products:write');
    const { productId, variantId, changes, fields, version } = request;
    if (changes === undefined) throw invalidField('changes', 'is required');
    const target = { id: parseId<'Product'>(productId, 'productId'), version };
    const id = parseId<'Variant'>(variantId, 'variantId');
    return toAdminProductMessage(await this.products.updateVariant(target, id, changes, fields));
  }

  async removeVariant({ productId, variantId, version }: RemoveVariantRequest): Promise<AdminProductMessage> {
    requirePermission('products:write');
    const target = { id: parseId<'Product'>(productId, 'productId'), version };
    return toAdminProductMessage(
      await this.products.removeVariant(target, parseId<'Variant'>(variantId, 'variantId')),
    );
  }

  async listAdminCategories(request: ListAdminCategoriesRequest): Promise<ListCategoriesResponse> {
    requirePermission('products:read');
    const { search, active } = request;
    const page = request.page === undefined ? undefined : requestedPage(request.page);
    const found = await this.categories.search({ search, active, sort: categorySortOf(request.sort) }, page);
    return {
      categories: found.items.map(toCategoryMessage),
      page: page === undefined ? undefined : pageInfoOf(found),
    };
  }

  async createCategory({ category, isActive }: CreateCategoryRequest): Promise<CategoryMessage> {
    requirePermission('products:write');
    if (category === undefined) throw invalidField('category', 'is required');
    return toCategoryMessage(await this.categoryEdits.create(category, isActive ?? true));
  }

  async updateCategory({ id, changes, fields, isActive }: UpdateCategoryRequest): Promise<CategoryMessage> {
    requirePermission('products:write');
    if (changes === undefined) throw invalidField('changes', 'is required');
    const categoryId = parseId<'Category'>(id, 'id');
    return toCategoryMessage(await this.categoryEdits.update(categoryId, { ...changes, isActive }, fields));
  }

  async reorderCategories({ ids }: ReorderCategoriesRequest): Promise<ListCategoriesResponse> {
    requirePermission('products:write');
    const checked = ids.map((id, index) => parseId<'Category'>(id, `ids[${index}]`));
    return {
      categories: (await this.categoryEdits.reorder(checked)).map(toCategoryMessage),
      page: undefined,
    };
  }

  async deleteCategory({ id, heirId }: DeleteCategoryRequest): Promise<Record<string, never>> {
    requirePermission('products:write');
    const heir = heirId === undefined ? undefined : parseId<'Category'>(heirId, 'heirId');
    await this.categoryEdits.remove(parseId<'Category'>(id, 'id'), heir);
    return {};
  }
}
