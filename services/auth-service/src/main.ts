import { runService } from '@vici/utils';
import { authService } from './auth.service.js';

await runService(authService);
