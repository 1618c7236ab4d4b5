export { asCaller } from './as-caller.js';
export { type EventuallyOptions, eventually } from './eventually.js';
export { type FakeHandlers, type FakeUpstream, fakeUpstream } from './fake-upstream.js';
export { type Pause, pauseAt } from './pause-at.js';
export { quickest } from './quickest.js';
export { busEnvironment, type RunBus, runBus, runBusConfig } from './run-bus.js';
export { type TestStripeMock, useStripeMock } from './stripe-mock.js';
export { TcpProxy } from './tcp-proxy.js';
export {
  type CreatedDatabase,
  createTestDatabase,
  type TestDatabase,
  useTestDatabase,
} from './test-database.js';
export { type TestEventBus, useTestEventBus } from './test-event-bus.js';
export { type TestMailInbox, useMailInbox } from './test-mail-inbox.js';
export { type TestRedis, testRedisUrl, useTestRedis } from './test-redis.js';
export { useTestS3 } from './test-s3.js';
export {
  type ProviderToken,
  type TestEnv,
  type TestService,
  type TestServiceOptions,
  useService,
} from './test-service.js';
export { walkByCursor } from './walk-by-cursor.js';
