import {
  CatalogueAdminServiceDefinition,
  MediaServiceDefinition,
  ProductImportServiceDefinition,
  ProductServiceDefinition,
  ReviewModerationServiceDefinition,
  SearchAdminServiceDefinition,
} from '@vici/proto-gen/product';
import { defineService } from '@vici/utils';
import { CatalogueAdminGrpcController } from './interface/catalogue-admin.grpc-controller.js';
import { MediaGrpcController } from './interface/media.grpc-controller.js';
import { ProductGrpcController } from './interface/product.grpc-controller.js';
import { ProductImportGrpcController } from './interface/product-import.grpc-controller.js';
import { ReviewModerationGrpcController } from './interface/review-moderation.grpc-controller.js';
import { SearchAdminGrpcController } from './interface/search-admin.grpc-controller.js';
import { productConfig } from './product.config.js';
import { ProductModule } from './product.module.js';

/** product-service: the catalogue, its search, and its pictures. */
export const productService = defineService({
  name: 'product',
  config: productConfig,
  module: (config) => ProductModule.forConfig(config),
  grpc: [
    { definition: ProductServiceDefinition, controller: ProductGrpcController },
    { definition: CatalogueAdminServiceDefinition, controller: CatalogueAdminGrpcController },
    { definition: ReviewModerationServiceDefinition, controller: ReviewModerationGrpcController },
    { definition: SearchAdminServiceDefinition, controller: SearchAdminGrpcController },
    { definition: MediaServiceDefinition, controller: MediaGrpcController },
    { definition: ProductImportServiceDefinition, controller: ProductImportGrpcController },
  ],
});
