import { PersonalDataServiceDefinition, UserServiceDefinition } from '@vici/proto-gen/user';
import { defineService } from '@vici/utils';
import { PersonalDataGrpcController } from './interface/personal-data.grpc-controller.js';
import { UserGrpcController } from './interface/user.grpc-controller.js';
import { userConfig } from './user.config.js';
import { UserModule } from './user.module.js';

/** user-service: profiles, addresses, preferences and wishlists. */
export const userService = defineService({
  name: 'user',
  config: userConfig,
  module: (config) => UserModule.forConfig(config),
  grpc: [
    { definition: UserServiceDefinition, controller: UserGrpcController },
    { definition: PersonalDataServiceDefinition, controller: PersonalDataGrpcController },
  ],
});
