import config from '../../vitest.config.ts';

/** Every combination of service and point: it takes a while, so it is not part of `npm test`. */
export default {
  ...config,
  root: new URL('../..', import.meta.url).pathname,
  test: { ...config.test, include: ['tests/chaos/matrix.chaos.ts'], maxWorkers: 1 },
};
