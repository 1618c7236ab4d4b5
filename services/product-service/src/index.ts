export { productService } from './product.service.js';
