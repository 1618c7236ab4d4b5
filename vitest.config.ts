import { defineConfig } from 'vitest/config';

/**
 * Every workspace package exports its TypeScript under the first condition, so tests run without a build. The rest is
 * what Node itself looks at: builds meant for bundlers ('module') do not run in it.
 */
const resolve = { conditions: ['vici-source', 'node'], mainFields: [] };

export default defineConfig({
  resolve,
  ssr: { resolve },
  // Nest finds a constructor's dependencies in the metadata of its decorators.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.vici/**'],
    globalSetup: ['./shared/testing/src/global-setup.ts'],
    reporters: ['default', './shared/testing/src/closing-line.reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // What is waited for inside says sooner, and better, what did not come: these only end what hangs.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
