import { InventoryServiceDefinition, StockAdminServiceDefinition } from '@vici/proto-gen/inventory';
import { defineService } from '@vici/utils';
import { InventoryGrpcController } from './interface/inventory.grpc-controller.js';
import { StockAdminGrpcController } from './interface/stock-admin.grpc-controller.js';
import { inventoryConfig } from './inventory.config.js';
import { InventoryModule } from './inventory.module.js';

/** inventory-service: stock, its ledger and reservations. */
export const inventoryService = defineService({
  name: 'inventory',
  config: inventoryConfig,
  module: (config) => InventoryModule.forConfig(config),
  grpc: [
    { definition: InventoryServiceDefinition, controller: InventoryGrpcController },
    { definition: StockAdminServiceDefinition, controller: StockAdminGrpcController },
  ],
});
