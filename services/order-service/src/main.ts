import { runService } from '@vici/utils';
import { orderService } from './order.service.js';

await runService(orderService);
