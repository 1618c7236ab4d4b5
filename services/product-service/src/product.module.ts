import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { AdminCatalogue } from './application/admin-catalogue.js';
import { BrowseProducts } from './application/browse-products.js';
import { Categories } from './application/categories.js';
import { CategoryRepository } from './application/category.repository.js';
import { EditCategories } from './application/edit-categories.js';
import { EditProducts } from './application/edit-products.js';
import { ExportProducts, ProductFileWriter } from './application/export-products.use-case.js';
import { ImageStore } from './application/image-store.js';
import { ImportRepository } from './application/import.repository.js';
import { ImportReader } from './application/import-reader.js';
import { KeepSynonyms } from './application/keep-synonyms.js';
import { MakeVariants } from './application/make-variants.use-case.js';
import { ModerateReviews } from './application/moderate-reviews.js';
import { ModerationQueue } from './application/moderation-queue.js';
import { ObjectStore } from './application/object-store.js';
import { PictureCheck } from './application/picture-check.js';
import { PictureMaker } from './application/picture-maker.js';
import { ProductRepository } from './application/product.repository.js';
import { ProductActivity } from './application/product-activity.js';
import { ProductCatalogue } from './application/product-catalogue.js';
import { ProductFinder } from './application/product-finder.js';
import { ProductImports } from './application/product-imports.js';
import { ReviewRepository } from './application/review.repository.js';
import { Reviews } from './application/reviews.js';
import { RunImport } from './application/run-import.use-case.js';
import { SearchMisses } from './application/search-misses.js';
import { SearchProducts } from './application/search-products.js';
import { SearchTurns } from './application/search-turns.js';
import { SearchVocabulary } from './application/search-vocabulary.js';
import { SweepUploads } from './application/sweep-uploads.use-case.js';
import { SwitchSalePrices } from './application/switch-sale-prices.use-case.js';
import { SynonymTable } from './application/synonyms.js';
import { UploadRepository } from './application/upload.repository.js';
import { Uploads } from './application/uploads.js';
import { UpsertProducts } from './application/upsert-products.use-case.js';
import { PostgresAdminCatalogue } from './infrastructure/postgres-admin-catalogue.js';
import { PostgresCategoryRepository } from './infrastructure/postgres-category.repository.js';
import { PostgresFacets } from './infrastructure/postgres-facets.js';
import { PostgresImportRepository } from './infrastructure/postgres-import.repository.js';
import { PostgresModerationQueue } from './infrastructure/postgres-moderation-queue.js';
import { PostgresProductRepository } from './infrastructure/postgres-product.repository.js';
import { PostgresProductActivity } from './infrastructure/postgres-product-activity.js';
import { PostgresProductCatalogue } from './infrastructure/postgres-product-catalogue.js';
import { PostgresReviewRepository } from './infrastructure/postgres-review.repository.js';
import { PostgresSearchMisses } from './infrastructure/postgres-search-misses.js';
import { PostgresSearchVocabulary } from './infrastructure/postgres-search-vocabulary.js';
import { PostgresSynonymTable } from './infrastructure/postgres-synonym-table.js';
import { PostgresUploadRepository } from './infrastructure/postgres-upload.repository.js';
import { ProductPersonalData } from './infrastructure/product.personal-data.js';
import { ProductFileReader } from './infrastructure/product-file.reader.js';
import { CsvAndJsonProductFileWriter } from './infrastructure/product-file.writer.js';
import { S3ImageStore } from './infrastructure/s3.image-store.js';
import { S3ObjectStore } from './infrastructure/s3.object-store.js';
import { SharpPictureMaker } from './infrastructure/sharp.picture-maker.js';
import { AccountEventHandlers } from './interface/account.event-handlers.js';
import { CatalogueAdminGrpcController } from './interface/catalogue-admin.grpc-controller.js';
import { ImportWorker } from './interface/import.worker.js';
import { MediaGrpcController } from './interface/media.grpc-controller.js';
import { OrderEventHandlers } from './interface/order.event-handlers.js';
import { ProductGrpcController } from './interface/product.grpc-controller.js';
import { ProductImportGrpcController } from './interface/product-import.grpc-controller.js';
import { ReviewModerationGrpcController } from './interface/review-moderation.grpc-controller.js';
import { SaleTimer } from './interface/sale.timer.js';
import { SalesCounter } from './interface/sales.counter.js';
import { SearchAdminGrpcController } from './interface/search-admin.grpc-controller.js';
import { StockEventHandlers } from './interface/stock.event-handlers.js';
import { UploadWorkers } from './interface/upload.workers.js';
import type { ProductConfig } from './product.config.js';

@Module({
  providers: [
    SearchTurns,
    ProductFinder,
    BrowseProducts,
    SearchProducts,
    KeepSynonyms,
    Categories,
    UpsertProducts,
    EditProducts,
    EditCategories,
    SwitchSalePrices,
    SaleTimer,
    SalesCounter,
    Reviews,
    PictureCheck,
    ProductImports,
    ExportProducts,
    RunImport,
    ImportWorker,
    Uploads,
    MakeVariants,
    SweepUploads,
    UploadWorkers,
    ModerateReviews,
    StockEventHandlers,
    OrderEventHandlers,
    AccountEventHandlers,
    ProductGrpcController,
    CatalogueAdminGrpcController,
    MediaGrpcController,
    ProductImportGrpcController,
    ReviewModerationGrpcController,
    SearchAdminGrpcController,
    { provide: AdminCatalogue, useClass: PostgresAdminCatalogue },
    PostgresFacets,
    { provide: ProductCatalogue, useClass: PostgresProductCatalogue },
    { provide: ProductRepository, useClass: PostgresProductRepository },
    { provide: ProductActivity, useClass: PostgresProductActivity },
    { provide: CategoryRepository, useClass: PostgresCategoryRepository },
    { provide: ModerationQueue, useClass: PostgresModerationQueue },
    { provide: ReviewRepository, useClass: PostgresReviewRepository },
    { provide: SearchMisses, useClass: PostgresSearchMisses },
    { provide: SynonymTable, useClass: PostgresSynonymTable },
    { provide: SearchVocabulary, useClass: PostgresSearchVocabulary },
    { provide: ImportRepository, useClass: PostgresImportRepository },
    { provide: ImportReader, useClass: ProductFileReader },
    { provide: ProductFileWriter, useClass: CsvAndJsonProductFileWriter },
    { provide: ObjectStore, useClass: S3ObjectStore },
    { provide: PictureMaker, useClass: SharpPictureMaker },
    PersonalDataHandlers,
    { provide: PersonalData, useClass: ProductPersonalData },
    { provide: UploadRepository, useClass: PostgresUploadRepository },
    { provide: ImageStore, useClass: S3ImageStore },
  ],
})
export class ProductModule {
  static forConfig(config: ProductConfig): DynamicModule {
    return {
      module: ProductModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'product-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        EventsModule.forRoot({ service: 'product-service', bus: eventBusOf(config) }),
      ],
    };
  }
}
