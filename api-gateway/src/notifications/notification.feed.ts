import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { LiveFeed } from '../streaming/live-feed.js';
import type { inboxChangeShape } from './notifications.routes.js';

/** What comes into inboxes, by the user's id. */
@Injectable()
export class NotificationFeed extends LiveFeed<z.output<typeof inboxChangeShape>> {}
