import { runService } from '@vici/utils';
import { cartService } from './cart.service.js';

await runService(cartService);
