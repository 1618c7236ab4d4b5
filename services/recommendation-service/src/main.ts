import { runService } from '@vici/utils';
import { recommendationService } from './recommendation.service.js';

await runService(recommendationService);
