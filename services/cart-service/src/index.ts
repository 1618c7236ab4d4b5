export { cartService } from './cart.service.js';
