export { paymentService } from './payment.service.js';
