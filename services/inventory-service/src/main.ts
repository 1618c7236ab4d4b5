import { runService } from '@vici/utils';
import { inventoryService } from './inventory.service.js';

await runService(inventoryService);
