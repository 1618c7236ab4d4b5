import { randomUUID } from 'node:crypto';
import type { LocalStack } from '@vici/local';
import { InventoryServiceDefinition, StockOperation } from '@vici/proto-gen/inventory';
import { GrpcClientFactory, Logger, Metrics, runInContext, systemContext } from '@vici/utils';
import type { Product } from './api.ts';

/** Sets the stock of products that are sold without variants, as a stock-take would. */
export async function restock(
  stack: LocalStack,
  products: readonly Product[],
  quantity: number,
): Promise<void> {
  const clients = new GrpcClientFactory({
    logger: new Logger({ service: 'tests', level: 'error' }),
    metrics: new Metrics('tests'),
  });
  try {
    const inventory = clients.client(InventoryServiceDefinition, stack.endpoints.grpc('inventory'));
    const operation = StockOperation.SET;
    const changes = products.map(({ id, sku }) => ({ sku, productId: id, operation, quantity }));
    await runInContext(systemContext('tests'), () =>
      inventory.changeStock({ changes, reason: 'stock-take', reference: randomUUID() }),
    );
  } finally {
    await clients.close();
  }
}
