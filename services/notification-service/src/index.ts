export { notificationService } from './notification.service.js';
