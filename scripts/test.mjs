// `npm test`: sets up what a fresh clone lacks, then runs every test. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, toolEnvironment } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = prepare();
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const run = spawnSync(node, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  env: toolEnvironment(node),
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
