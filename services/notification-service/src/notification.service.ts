import {
  NotificationAdminServiceDefinition,
  NotificationServiceDefinition,
} from '@vici/proto-gen/notification';
import { defineService } from '@vici/utils';
import { NotificationGrpcController } from './interface/notification.grpc-controller.js';
import { NotificationAdminGrpcController } from './interface/notification-admin.grpc-controller.js';
import { notificationConfig } from './notification.config.js';
import { NotificationModule } from './notification.module.js';

/** notification-service: mails and the inbox of the shop. */
export const notificationService = defineService({
  name: 'notification',
  config: notificationConfig,
  module: (config) => NotificationModule.forConfig(config),
  grpc: [
    { definition: NotificationServiceDefinition, controller: NotificationGrpcController },
    { definition: NotificationAdminServiceDefinition, controller: NotificationAdminGrpcController },
  ],
});
