// Runs every bash block of GETTING_STARTED.md, in order and in one shell, then what README.md says about buying something,
// against a Vici of its own: other ports, data in a temporary folder. Fails at the first command that fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OFFSET = 700;
const dataDir = mkdtempSync(join(tmpdir(), 'vici-guides-'));

/** The bash blocks of a document, at the ports of this run. */
function blocksOf(file) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) =>
    block.replaceAll('localhost:3000', `localhost:${3000 + OFFSET}`),
  );
}

const guide = blocksOf('GETTING_STARTED.md');
const last = guide.pop();
const buying = blocksOf('README.md').find((block) => block.includes('/checkout/confirm'));
if (buying === undefined || last === undefined || !last.includes('down')) {
  throw new Error('The guides are not laid out the way this program knows');
}
const script = [...guide, buying, last].join('\n');
const run = spawnSync('bash', ['-euo', 'pipefail', '-x', '-c', script], {
  cwd: root,
  env: { ...process.env, VICI_PORT_OFFSET: String(OFFSET), VICI_DATA_DIR: dataDir },
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
});
if (run.status === 0 && run.stdout.includes('CONFIRMED')) {
  process.stdout.write(`guides: ${guide.length + 2} blocks ran as written\n`);
} else {
  process.stderr.write(
    `${run.stdout}\n${run.stderr.split('\n').slice(-40).join('\n')}\nA guide does not run as written.\n`,
  );
  spawnSync('./quick-start.sh', ['down'], {
    cwd: root,
    env: { ...process.env, VICI_PORT_OFFSET: String(OFFSET), VICI_DATA_DIR: dataDir },
  });
}
rmSync(dataDir, { recursive: true, force: true });
process.exit(run.status === 0 && run.stdout.includes('CONFIRMED') ? 0 : 1);
