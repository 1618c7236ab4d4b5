import { EventServiceDefinition } from '@vici/proto-gen/event';
import { defineService } from '@vici/utils';
import { eventConfig } from './event.config.js';
import { EventModule } from './event.module.js';
import { EventGrpcController } from './interface/event.grpc-controller.js';

/** event-service: what shoppers do, taken in, kept and passed on. */
export const eventService = defineService({
  name: 'event',
  config: eventConfig,
  module: (config) => EventModule.forConfig(config),
  grpc: [{ definition: EventServiceDefinition, controller: EventGrpcController }],
});
