import { Controller } from '@nestjs/common';
import {
  InventoryServiceDefinition,
  StockAdminServiceDefinition,
  StockOperation,
} from '@vici/proto-gen/inventory';
import { CatalogueAdminServiceDefinition, ProductServiceDefinition } from '@vici/proto-gen/product';
import { currentCaller, currentContext, type GrpcClient, InjectGrpc, newId, notFound } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import type { CsvExport } from '../streaming/csv-export.js';
import { exportOfPages } from './list-export.js';
import * as routes from './stock.routes.js';
import {
  skusOf,
  stockColumns,
  stockedSku,
  toDriftReport,
  toProductStock,
  toStockEntry,
  withStockFieldNames,
} from './stock.shapes.js';
import {
  ownerOfLine,
  type StockLine,
  slices,
  toChangedLines,
  toChanges,
  withLineNames,
} from './stock-lines.js';

/** What inventory and product-service answer about at once. */
const SKUS_AT_ONCE = 500;
const PRODUCTS_AT_ONCE = 200;

type ListQuery = RouteInput<typeof routes.listStockRoute>['query'];

@Controller()
export class AdminStockController {
  constructor(
    @InjectGrpc(InventoryServiceDefinition)
    private readonly inventory: GrpcClient<typeof InventoryServiceDefinition>,
    @InjectGrpc(StockAdminServiceDefinition)
    private readonly stock: GrpcClient<typeof StockAdminServiceDefinition>,
    @InjectGrpc(CatalogueAdminServiceDefinition)
    private readonly catalogue: GrpcClient<typeof CatalogueAdminServiceDefinition>,
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
  ) {}

  @Route(routes.changeStockRoute)
  async change({
    params,
    body,
  }: RouteInput<typeof routes.changeStockRoute>): Promise<RouteResult<typeof routes.changeStockRoute>> {
    const { product } = await this.catalogue.getAdminProduct({ id: params.id });
    if (product === undefined) throw notFound('Product', params.id);
    const variantId = body.variantId ?? undefined;
    const change = {
      sku: stockedSku(product, variantId),
      productId: product.id,
      variantId,
      warehouseId: body.warehouseId ?? undefined,
      operation: StockOperation[body.operation],
      quantity: body.quantity,
    };
    const request = { changes: [change], reason: body.reason, reference: referenceOfRequest() };
    await withStockFieldNames(() => this.inventory.changeStock(request));
    const { levels } = await this.inventory.getStock({ skus: skusOf(product) });
    return toProductStock(product.id, levels);
  }

  @Route(routes.changeStockLinesRoute)
  async changeLines({
    body: { lines, reason },
  }: RouteInput<typeof routes.changeStockLinesRoute>): Promise<
    RouteResult<typeof routes.changeStockLinesRoute>
  > {
    const { timeoutMs } = routes.changeStockLinesRoute;
    const changes = toChanges(lines, await this.owners(lines));
    const request = { changes, reason, reference: referenceOfRequest() };
    const { levels } = await withLineNames(lines, () => this.inventory.changeStock(request, { timeoutMs }));
    return toChangedLines(lines, levels);
  }

  @Route(routes.listStockRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listStockRoute>): Promise<RouteResult<typeof routes.listStockRoute>> {
    return await this.page(query);
  }

  @Route(routes.exportStockRoute)
  async export({ query }: RouteInput<typeof routes.exportStockRoute>): Promise<CsvExport> {
    return exportOfPages('stock.csv', stockColumns, (page) => this.page({ ...query, ...page }));
  }

  @Route(routes.setThresholdRoute)
  async setThreshold({
    params,
    body,
  }: RouteInput<typeof routes.setThresholdRoute>): Promise<RouteResult<typeof routes.setThresholdRoute>> {
    const lowStockThreshold = body.lowStockThreshold ?? undefined;
    return toStockEntry(await this.stock.setStockPolicy({ sku: params.sku, lowStockThreshold }));
  }

  @Route(routes.setBackordersRoute)
  async setBackorders({
    params,
    body: { allowed, limit },
  }: RouteInput<typeof routes.setBackordersRoute>): Promise<RouteResult<typeof routes.setBackordersRoute>> {
    return toStockEntry(
      await this.stock.setBackorderPolicy({ sku: params.sku, allowed, limit: limit ?? undefined }),
    );
  }

  @Route(routes.checkDriftRoute)
  async checkDrift(): Promise<RouteResult<typeof routes.checkDriftRoute>> {
    const { timeoutMs } = routes.checkDriftRoute;
    return toDriftReport(await this.stock.checkDrift({}, { timeoutMs }));
  }

  @Route(routes.repairDriftRoute)
  async repairDrift({
    body,
  }: RouteInput<typeof routes.repairDriftRoute>): Promise<RouteResult<typeof routes.repairDriftRoute>> {
    const { timeoutMs } = routes.repairDriftRoute;
    return toDriftReport(await this.stock.repairDrift(body, { timeoutMs }));
  }

  /** Whose the SKUs are: of the product a line names, else of the one they are stocked for. */
  private async owners(lines: readonly StockLine[]): Promise<Parameters<typeof toChanges>[1]> {
    const skus = lines.flatMap(({ sku, productId }) => (productId ? [] : [sku]));
    const ids = lines.flatMap(({ productId }) => productId ?? []);
    const [stocked, products] = await Promise.all([
      Promise.all(slices(skus, SKUS_AT_ONCE).map((slice) => this.inventory.getStock({ skus: slice }))),
      Promise.all(slices(ids, PRODUCTS_AT_ONCE).map((slice) => this.products.getProducts({ ids: slice }))),
    ]);
    return ownerOfLine(
      stocked.flatMap(({ levels }) => levels),
      products.flatMap((found) => found.products),
    );
  }

  private async page({ search, low, depleted, sort, page = 0, limit = 0, cursor }: ListQuery) {
    const found = await this.stock.listStock({
      search,
      low,
      depleted,
      fewestFirst: sort === 'available',
      page: { page, limit, cursor },
    });
    return toPage(found.entries.map(toStockEntry), found.page);
  }
}

/** A request repeated under its idempotency key is the change it was. */
function referenceOfRequest(): string {
  const key = currentContext()?.idempotencyKey;
  return key === undefined ? newId() : `${currentCaller().userId ?? 'system'}:${key}`;
}
