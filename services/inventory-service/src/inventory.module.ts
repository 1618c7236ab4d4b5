import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations } from '@vici/events';
import { Backorders } from './application/backorders.js';
import { ChangeStock } from './application/change-stock.use-case.js';
import { CheckDrift } from './application/check-drift.use-case.js';
import { CommitReservation } from './application/commit-reservation.use-case.js';
import { ExpireReservations } from './application/expire-reservations.use-case.js';
import { GetStock } from './application/get-stock.use-case.js';
import { InventorySettings } from './application/inventory.settings.js';
import { LapsedReservations } from './application/lapsed-reservations.js';
import { ListStock } from './application/list-stock.use-case.js';
import { ReleaseReservation } from './application/release-reservation.use-case.js';
import { RepairDrift } from './application/repair-drift.use-case.js';
import { ReservationRepository } from './application/reservation.repository.js';
import { ReserveStock } from './application/reserve-stock.use-case.js';
import { Restock } from './application/restock.use-case.js';
import { SetBackorderPolicy } from './application/set-backorder-policy.use-case.js';
import { SetLowStockThreshold } from './application/set-low-stock-threshold.use-case.js';
import { StockRepository } from './application/stock.repository.js';
import { StockReportRepository } from './application/stock-report.repository.js';
import { StockTransaction } from './application/stock-transaction.js';
import { AllocationPolicy, FewestParcelsPolicy } from './domain/allocation-policy.js';
import { PostgresReservationRepository } from './infrastructure/postgres-reservation.repository.js';
import { PostgresStockRepository } from './infrastructure/postgres-stock.repository.js';
import { PostgresStockReportRepository } from './infrastructure/postgres-stock-report.repository.js';
import { InventoryGrpcController } from './interface/inventory.grpc-controller.js';
import { ReservationSweeper } from './interface/reservation-sweeper.js';
import { StockAdminGrpcController } from './interface/stock-admin.grpc-controller.js';
import type { InventoryConfig } from './inventory.config.js';

@Module({
  providers: [
    GetStock,
    ChangeStock,
    ReserveStock,
    CommitReservation,
    ReleaseReservation,
    Restock,
    ExpireReservations,
    LapsedReservations,
    StockTransaction,
    ReservationSweeper,
    ListStock,
    CheckDrift,
    RepairDrift,
    SetLowStockThreshold,
    SetBackorderPolicy,
    Backorders,
    InventoryGrpcController,
    StockAdminGrpcController,
    { provide: AllocationPolicy, useClass: FewestParcelsPolicy },
    { provide: StockRepository, useClass: PostgresStockRepository },
    { provide: StockReportRepository, useClass: PostgresStockReportRepository },
    { provide: ReservationRepository, useClass: PostgresReservationRepository },
  ],
})
export class InventoryModule {
  static forConfig(config: InventoryConfig): DynamicModule {
    const settings: InventorySettings = {
      reservationTtlSeconds: config.RESERVATION_TTL_SECONDS,
      lowStockThreshold: config.LOW_STOCK_THRESHOLD,
    };
    return {
      module: InventoryModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'inventory-service',
          // Few rows are read at a time, all by their key, of tables that are in memory.
          randomPageCost: 1.1,
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        EventsModule.forRoot({ service: 'inventory-service', bus: eventBusOf(config) }),
      ],
      providers: [{ provide: InventorySettings, useValue: settings }],
    };
  }
}
