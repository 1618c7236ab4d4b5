import { runService } from '@vici/utils';
import { notificationService } from './notification.service.js';

await runService(notificationService);
