// Runs a TypeScript program of this repository on the right Node, with everything installed and built first.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, toolEnvironment } from './prepare.mjs';

const node = prepare();
const run = spawnSync(node, process.argv.slice(2), {
  cwd: dirname(dirname(fileURLToPath(import.meta.url))),
  env: toolEnvironment(node),
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
