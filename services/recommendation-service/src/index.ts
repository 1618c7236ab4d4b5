export { recommendationService } from './recommendation.service.js';
