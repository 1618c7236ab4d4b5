import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { LiveFeed } from '../streaming/live-feed.js';
import type { orderChangeShape } from './order.shapes.js';

/** What happens to orders, by the order's id. */
@Injectable()
export class OrderFeed extends LiveFeed<z.output<typeof orderChangeShape>> {}
