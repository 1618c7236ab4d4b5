import {
  AnalyticsServiceDefinition,
  DeadLetterAdminServiceDefinition,
  EventAdminServiceDefinition,
  EventServiceDefinition,
} from '@vici/proto-gen/event';
import { defineService } from '@vici/utils';
import { eventConfig } from './event.config.js';
import { EventModule } from './event.module.js';
import { AnalyticsGrpcController } from './interface/analytics.grpc-controller.js';
import { DeadLetterGrpcController } from './interface/dead-letter.grpc-controller.js';
import { EventGrpcController } from './interface/event.grpc-controller.js';
import { EventAdminGrpcController } from './interface/event-admin.grpc-controller.js';

/** event-service: what shoppers do, taken in, kept and passed on. */
export const eventService = defineService({
  name: 'event',
  config: eventConfig,
  module: (config) => EventModule.forConfig(config),
  grpc: [
    { definition: EventServiceDefinition, controller: EventGrpcController },
    { definition: EventAdminServiceDefinition, controller: EventAdminGrpcController },
    { definition: AnalyticsServiceDefinition, controller: AnalyticsGrpcController },
    { definition: DeadLetterAdminServiceDefinition, controller: DeadLetterGrpcController },
  ],
});
