import { runService } from '@vici/utils';
import { paymentService } from './payment.service.js';

await runService(paymentService);
