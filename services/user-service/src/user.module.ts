import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { MediaServiceDefinition, ProductServiceDefinition } from '@vici/proto-gen/product';
import { grpcClient } from '@vici/utils';
import { AddressRepository } from './application/address.repository.js';
import { AddressBook } from './application/address-book.js';
import { Catalogue } from './application/catalogue.js';
import { ContactRules } from './application/contact-rules.js';
import { DataRequestRepository } from './application/data-request.repository.js';
import { DataRequests } from './application/data-requests.js';
import { GetProfile } from './application/get-profile.use-case.js';
import { Pictures } from './application/pictures.js';
import { GetPreferences, UpdatePreferences } from './application/preferences.use-cases.js';
import { ProfileRepository } from './application/profile.repository.js';
import { UpdateProfile } from './application/update-profile.use-case.js';
import { Wishlist } from './application/wishlist.js';
import { WishlistRepository } from './application/wishlist.repository.js';
import { ExportSweeper } from './infrastructure/export.sweeper.js';
import { GrpcCatalogue } from './infrastructure/grpc-catalogue.js';
import { GrpcPictures } from './infrastructure/grpc-pictures.js';
import { LibraryContactRules } from './infrastructure/library.contact-rules.js';
import { PostgresAddressRepository } from './infrastructure/postgres-address.repository.js';
import { PostgresDataRequestRepository } from './infrastructure/postgres-data-request.repository.js';
import { PostgresProfileRepository } from './infrastructure/postgres-profile.repository.js';
import { PostgresWishlistRepository } from './infrastructure/postgres-wishlist.repository.js';
import { UserPersonalData } from './infrastructure/user.personal-data.js';
import { AccountEventHandlers } from './interface/account.event-handlers.js';
import { NotificationEventHandlers } from './interface/notification.event-handlers.js';
import { PersonalDataGrpcController } from './interface/personal-data.grpc-controller.js';
import { PrivacyEventHandlers } from './interface/privacy.event-handlers.js';
import { UserGrpcController } from './interface/user.grpc-controller.js';
import type { UserConfig } from './user.config.js';

@Module({
  providers: [
    GetProfile,
    UpdateProfile,
    AddressBook,
    GetPreferences,
    UpdatePreferences,
    Wishlist,
    DataRequests,
    AccountEventHandlers,
    PrivacyEventHandlers,
    PersonalDataHandlers,
    NotificationEventHandlers,
    ExportSweeper,
    PersonalDataGrpcController,
    UserGrpcController,
    { provide: ProfileRepository, useClass: PostgresProfileRepository },
    { provide: AddressRepository, useClass: PostgresAddressRepository },
    { provide: WishlistRepository, useClass: PostgresWishlistRepository },
    { provide: DataRequestRepository, useClass: PostgresDataRequestRepository },
    { provide: PersonalData, useClass: UserPersonalData },
    { provide: ContactRules, useClass: LibraryContactRules },
    { provide: Catalogue, useClass: GrpcCatalogue },
    { provide: Pictures, useClass: GrpcPictures },
    grpcClient(ProductServiceDefinition),
    grpcClient(MediaServiceDefinition),
  ],
})
export class UserModule {
  static forConfig(config: UserConfig): DynamicModule {
    return {
      module: UserModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'user-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        EventsModule.forRoot({ service: 'user-service', bus: eventBusOf(config) }),
      ],
    };
  }
}
