import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations } from '@vici/events';
import { AddressRepository } from './application/address.repository.js';
import { AddressBook } from './application/address-book.js';
import { GetProfile } from './application/get-profile.use-case.js';
import { ProfileRepository } from './application/profile.repository.js';
import { UpdateProfile } from './application/update-profile.use-case.js';
import { PostgresAddressRepository } from './infrastructure/postgres-address.repository.js';
import { PostgresProfileRepository } from './infrastructure/postgres-profile.repository.js';
import { AccountEventHandlers } from './interface/account.event-handlers.js';
import { UserGrpcController } from './interface/user.grpc-controller.js';
import type { UserConfig } from './user.config.js';

@Module({
  providers: [
    GetProfile,
    UpdateProfile,
    AddressBook,
    AccountEventHandlers,
    UserGrpcController,
    { provide: ProfileRepository, useClass: PostgresProfileRepository },
    { provide: AddressRepository, useClass: PostgresAddressRepository },
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
