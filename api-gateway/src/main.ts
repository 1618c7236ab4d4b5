import { runService } from '@vici/utils';
import { gatewayService } from './gateway.service.js';

await runService(gatewayService);
