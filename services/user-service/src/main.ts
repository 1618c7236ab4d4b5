import { runService } from '@vici/utils';
import { userService } from './user.service.js';

await runService(userService);
