// The whole of Vici on Kafka, in one process, with the demo catalogue: what recommendations are measured on.
import { startStack } from '../support/stack.ts';
import { report, untilReleased } from './served.ts';

const stack = await startStack({
  bus: 'kafka',
  env: { BOT_EVENTS_PER_MINUTE: '1000000000' },
  onProgress: (progress) => report({ progress }),
});
untilReleased(() => stack.stop());
report({
  address: {
    url: stack.apiUrl,
    redisUrl: stack.endpoints.redisUrl,
    metricsUrl: `${stack.endpoints.http('recommendation')}/metrics`,
  },
});
