import config from '../../vitest.config.ts';

/** What takes a while, so that it is not part of `npm test`: `npm run test:chaos -- matrix` runs one file of it. */
export default {
  ...config,
  root: new URL('../..', import.meta.url).pathname,
  test: { ...config.test, include: ['tests/chaos/*.chaos.ts'], maxWorkers: 1 },
};
