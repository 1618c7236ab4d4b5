// Makes a checkout ready to run: packages installed, Node 24 found, everything built.
// Plain JavaScript without dependencies: it runs on the system's Node before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const MINIMUM_TO_INSTALL = [20, 19];
const MINIMUM_TO_RUN = [24, 6];
const BYTES_TO_INSTALL = 2 * 1024 ** 3;
const BYTES_TO_RUN = 300 * 1024 ** 2;

/** Ends the program with one clear sentence. */
function stop(sentence) {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(1);
}

function isAtLeast(version, [major, minor]) {
  const [actualMajor, actualMinor] = version.replace(/^v/, '').split('.').map(Number);
  return actualMajor > major || (actualMajor === major && actualMinor >= minor);
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Runs a step, shows its name and time, and prints its output only when it failed. */
function step(name, command, args, environment = process.env) {
  const started = Date.now();
  process.stderr.write(`  ${name} … `);
  const run = spawnSync(command, args, { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (run.status !== 0) {
    process.stderr.write(`failed\n${run.stdout ?? ''}${run.stderr ?? ''}`);
    stop(`"${name}" failed${run.error ? `: ${run.error.message}` : ''}. The output above says why.`);
  }
  process.stderr.write(`done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

function requireSpace(bytes, purpose) {
  const disk = statfsSync(root);
  if (disk.bavail * disk.bsize < bytes) {
    stop(
      `Not enough disk space in ${root}: Vici needs ${Math.round(bytes / 1024 ** 2)} MB free ${purpose}. Free some space and start again.`,
    );
  }
}

const stamp = join(root, 'node_modules', '.vici-lock');

/** Notes that what is installed is what the lock file says. */
export function noteInstalled() {
  writeFileSync(stamp, lockHash());
}

/** Installs the locked packages unless this very lock file was installed before. */
export function installPackages() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()) return;
  requireSpace(BYTES_TO_INSTALL, 'to install');
  step('installing packages (about a minute the first time)', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  noteInstalled();
}

/** Path of a Node that runs Vici: the system's where it is new enough, else the one installed with the packages. */
export function findNode() {
  if (isAtLeast(process.versions.node, MINIMUM_TO_RUN)) return process.execPath;
  const { platform, arch } = process;
  const bundled = join(root, 'node_modules', `node-${platform}-${arch}`, 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  return stop(
    `Vici needs Node ${MINIMUM_TO_RUN.join('.')} or newer and none is packaged for ${platform}-${arch}: install Node 24 and start again.`,
  );
}

/** An environment in which `node` and the installed tools are the right ones. */
export function toolEnvironment(node, base = process.env) {
  const paths = [dirname(node), join(root, 'node_modules', '.bin'), base.PATH];
  return { ...base, PATH: paths.join(':') };
}

/** Compiles every package; incremental. */
export function build(node) {
  step('building', join(root, 'node_modules', '.bin', 'tsc'), ['-b'], toolEnvironment(node));
}

export function prepare() {
  if (!isAtLeast(process.versions.node, MINIMUM_TO_INSTALL)) {
    stop(
      `Vici needs Node ${MINIMUM_TO_INSTALL.join('.')} or newer to install itself; this is ${process.versions.node}. Install a newer Node and start again.`,
    );
  }
  installPackages();
  requireSpace(BYTES_TO_RUN, 'to run');
  const node = findNode();
  build(node);
  return node;
}

// Run directly: prepare, and print the path of the Node to use as the only line on standard output.
if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${prepare()}\n`);
