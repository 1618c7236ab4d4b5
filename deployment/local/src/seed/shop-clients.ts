import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { InventoryServiceDefinition } from '@vici/proto-gen/inventory';
import {
  CatalogueAdminServiceDefinition,
  ProductImportServiceDefinition,
  ProductServiceDefinition,
} from '@vici/proto-gen/product';
import { RecommendationServiceDefinition } from '@vici/proto-gen/recommendation';
import {
  type GrpcClient,
  GrpcClientFactory,
  Logger,
  Metrics,
  runInContext,
  systemContext,
} from '@vici/utils';

/** Where the services that take in a shop's content answer, as `host:port`. */
export interface Addresses {
  readonly auth: string;
  readonly product: string;
  readonly inventory: string;
  readonly recommendation: string;
}

/** Clients of these services. */
export interface ShopClients {
  readonly auth: GrpcClient<typeof AuthServiceDefinition>;
  readonly product: GrpcClient<typeof ProductServiceDefinition>;
  readonly catalogueAdmin: GrpcClient<typeof CatalogueAdminServiceDefinition>;
  readonly productImport: GrpcClient<typeof ProductImportServiceDefinition>;
  readonly inventory: GrpcClient<typeof InventoryServiceDefinition>;
  readonly recommendation: GrpcClient<typeof RecommendationServiceDefinition>;
}

/** Large batches on a busy laptop take their time. */
export const PATIENT = { timeoutMs: 120_000 } as const;

/** Runs `work` as the system's own caller named `caller`, with clients that are closed afterwards. */
export async function withShopClients<T>(
  caller: string,
  addresses: Addresses,
  work: (clients: ShopClients) => Promise<T>,
): Promise<T> {
  const factory = new GrpcClientFactory({
    logger: new Logger({ service: caller, level: 'error', stream: process.stderr }),
    metrics: new Metrics(caller),
  });
  try {
    const clients = {
      auth: factory.client(AuthServiceDefinition, addresses.auth),
      product: factory.client(ProductServiceDefinition, addresses.product),
      catalogueAdmin: factory.client(CatalogueAdminServiceDefinition, addresses.product),
      productImport: factory.client(ProductImportServiceDefinition, addresses.product),
      inventory: factory.client(InventoryServiceDefinition, addresses.inventory),
      recommendation: factory.client(RecommendationServiceDefinition, addresses.recommendation),
    };
    return await runInContext(systemContext(caller), () => work(clients));
  } finally {
    await factory.close();
  }
}
