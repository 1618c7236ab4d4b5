import { runService } from '@vici/utils';
import { productService } from './product.service.js';

await runService(productService);
