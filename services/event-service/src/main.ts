import { runService } from '@vici/utils';
import { eventService } from './event.service.js';

await runService(eventService);
