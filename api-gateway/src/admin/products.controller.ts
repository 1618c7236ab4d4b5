import { Controller, Inject } from '@nestjs/common';
import {
  type AdminProduct,
  type AdminProductFilter,
  AdminProductSort,
  CatalogueAdminServiceDefinition,
  ImportFormat,
  ProductImportServiceDefinition,
  ProductStatus,
} from '@vici/proto-gen/product';
import { CONFIG, type GrpcClient, InjectGrpc } from '@vici/utils';
import type { GatewayConfig } from '../gateway.config.js';
import { fromDecimal } from '../rest/money.js';
import { toPage } from '../rest/shapes.js';
import { Answer } from '../routing/answer.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { TextDownload } from '../streaming/text-download.js';
import * as routes from './products.routes.js';
import {
  changedFields,
  toAdminProduct,
  toProductInput,
  toVariantInput,
  withFieldNames,
} from './products.shapes.js';
import { etagOf, versionOf } from './version.js';

const SORT_OF: Readonly<Record<(typeof routes.ADMIN_PRODUCT_SORTS)[number], AdminProductSort>> = {
  newest: AdminProductSort.NEWEST,
  updated: AdminProductSort.UPDATED,
  name: AdminProductSort.NAME,
  sku: AdminProductSort.SKU,
  stock: AdminProductSort.STOCK,
};
const STATUS_OF = {
  ACTIVE: ProductStatus.ACTIVE,
  INACTIVE: ProductStatus.INACTIVE,
  OUT_OF_STOCK: ProductStatus.OUT_OF_STOCK,
} as const;
const FILES = {
  csv: { format: ImportFormat.CSV, contentType: 'text/csv' },
  jsonl: { format: ImportFormat.JSONL, contentType: 'application/x-ndjson' },
} as const;
const EXPORT_TIMEOUT_MS = 20_000;

interface WantedFile {
  readonly format: ImportFormat;
  readonly filter: Partial<AdminProductFilter>;
  readonly sort: AdminProductSort;
}
type ProductAnswer = Answer<ReturnType<typeof toAdminProduct>>;

@Controller()
export class AdminProductsController {
  constructor(
    @InjectGrpc(CatalogueAdminServiceDefinition)
    private readonly catalogue: GrpcClient<typeof CatalogueAdminServiceDefinition>,
    @InjectGrpc(ProductImportServiceDefinition)
    private readonly files: GrpcClient<typeof ProductImportServiceDefinition>,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Route(routes.listAdminProductsRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listAdminProductsRoute>): Promise<
    RouteResult<typeof routes.listAdminProductsRoute>
  > {
    const { sort = 'newest', page = 0, limit = 0, cursor } = query;
    const found = await this.catalogue.listAdminProducts({
      filter: filterOf(query),
      sort: SORT_OF[sort],
      page: { page, limit, cursor },
    });
    return toPage(found.products.map(toAdminProduct), found.page);
  }

  @Route(routes.exportProductsRoute)
  async export({ query }: RouteInput<typeof routes.exportProductsRoute>): Promise<TextDownload> {
    const { format: name = 'csv', sort } = query;
    const { format, contentType } = FILES[name];
    const wanted = {
      format,
      filter: filterOf(query),
      sort: sort === undefined ? AdminProductSort.UNSPECIFIED : SORT_OF[sort],
    };
    return new TextDownload(`products.${name}`, contentType, this.pieces(wanted));
  }

  @Route(routes.getAdminProductRoute)
  async get({ params }: RouteInput<typeof routes.getAdminProductRoute>): Promise<ProductAnswer> {
    return answerOf(await this.catalogue.getAdminProduct({ id: params.id }));
  }

  @Route(routes.createProductRoute)
  async create({ body }: RouteInput<typeof routes.createProductRoute>): Promise<ProductAnswer> {
    const product = toProductInput(body, body.currency ?? this.config.SHOP_CURRENCY);
    return answerOf(await withFieldNames(() => this.catalogue.createProduct({ product })));
  }

  @Route(routes.updateProductRoute)
  async update({
    params,
    body,
    headers,
  }: RouteInput<typeof routes.updateProductRoute>): Promise<ProductAnswer> {
    const changes = toProductInput(body, body.currency ?? (await this.currencyOf(params.id)));
    const request = {
      id: params.id,
      changes,
      fields: changedFields(body),
      version: versionOf(headers, body),
    };
    return answerOf(await withFieldNames(() => this.catalogue.updateProduct(request)));
  }

  @Route(routes.deleteProductRoute)
  async remove({ params, headers }: RouteInput<typeof routes.deleteProductRoute>): Promise<null> {
    await this.catalogue.deleteProduct({ id: params.id, version: versionOf(headers) });
    return null;
  }

  @Route(routes.addVariantRoute)
  async addVariant({
    params,
    body,
    headers,
  }: RouteInput<typeof routes.addVariantRoute>): Promise<ProductAnswer> {
    const { version: _version, ...written } = body;
    const variant = toVariantInput(written, await this.currencyOf(params.id));
    const request = { productId: params.id, variant, version: versionOf(headers, body) };
    return answerOf(await this.catalogue.addVariant(request));
  }

  @Route(routes.updateVariantRoute)
  async updateVariant({
    params,
    body,
    headers,
  }: RouteInput<typeof routes.updateVariantRoute>): Promise<ProductAnswer> {
    const currency = await this.currencyOf(params.id);
    const { price, salePrice, name, attributes } = body;
    const changes = {
      name: name ?? '',
      attributes: attributes ?? {},
      price: price === undefined ? undefined : fromDecimal(price, currency, 'price'),
      salePrice:
        salePrice === undefined || salePrice === null
          ? undefined
          : fromDecimal(salePrice, currency, 'salePrice'),
    };
    const request = {
      productId: params.id,
      variantId: params.variantId,
      changes,
      fields: changedFields(body),
      version: versionOf(headers, body),
    };
    return answerOf(await this.catalogue.updateVariant(request));
  }

  @Route(routes.removeVariantRoute)
  async removeVariant({
    params,
    headers,
  }: RouteInput<typeof routes.removeVariantRoute>): Promise<ProductAnswer> {
    const { id: productId, variantId } = params;
    return answerOf(
      await this.catalogue.removeVariant({ productId, variantId, version: versionOf(headers) }),
    );
  }

  private async currencyOf(id: string): Promise<string> {
    const { price } = await this.catalogue.getAdminProduct({ id });
    return price?.currency ?? this.config.SHOP_CURRENCY;
  }

  private async *pieces(wanted: WantedFile): AsyncGenerator<string, void> {
    for (let afterId: string | undefined = ''; afterId !== undefined; ) {
      const request: WantedFile & { afterId: string } = { ...wanted, afterId };
      const piece = await this.files.exportProductFile(request, { timeoutMs: EXPORT_TIMEOUT_MS });
      if (piece.text !== '') yield piece.text;
      afterId = piece.nextAfterId;
    }
  }
}

function filterOf({
  search,
  status,
  category,
  deleted,
}: Omit<
  RouteInput<typeof routes.exportProductsRoute>['query'],
  'format' | 'sort'
>): Partial<AdminProductFilter> {
  return {
    search,
    category,
    deleted: deleted ?? false,
    status: status === undefined ? ProductStatus.UNSPECIFIED : STATUS_OF[status],
  };
}

function answerOf(product: AdminProduct): ProductAnswer {
  return new Answer(toAdminProduct(product), { etag: etagOf(product.product?.version ?? 0n) });
}
