// Puts into a folder what one service needs to run, and nothing else: its own production packages, its compiled code and
// that of the shared packages it uses. `node scripts/assemble-image.mjs order-service /out`, after `npm run build`.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Of a package of Vici: what is compiled, read at run time or shipped, but not its sources and tests. */
const LEFT_OUT = new Set([
  'src',
  'test',
  'node_modules',
  'README.md',
  '.env',
  '.env.example',
  'tsconfig.json',
]);
/** Of what others wrote: what no program reads. */
const NOT_RUN = /\.(?:map|md|markdown|[cm]?ts)$/;

const [serviceName, target] = process.argv.slice(2);
if (serviceName === undefined || target === undefined) {
  process.stderr.write(
    'Say which service and where to: node scripts/assemble-image.mjs order-service /out\n',
  );
  process.exit(1);
}
const out = resolve(target);
const service = serviceName === 'api-gateway' ? serviceName : `services/${serviceName}`;
if (!existsSync(join(root, service, 'dist/main.js'))) {
  process.stderr.write(`${service} is no compiled service: run "npm run build" first.\n`);
  process.exit(1);
}

const manifests = copyManifests();
install();
const packages = ownPackages();
// npm wanted the manifest of every workspace; the image has no use for those of packages it does not hold.
for (const file of manifests) rmSync(join(out, file));
for (const folder of new Set(manifests.map(dirname))) removeIfEmpty(folder);
for (const folder of packages) copyPackage(folder);
prune(join(out, 'node_modules'));
writeFileSync(join(out, 'package.json'), '{ "name": "vici", "private": true, "type": "module" }\n');
writeFileSync(join(out, 'main.js'), `import './${service}/dist/main.js';\n`);
cpSync(join(root, 'deployment/image/healthcheck.js'), join(out, 'healthcheck.js'));
process.stdout.write(`${serviceName}: ${packages.length} packages of Vici in ${out}\n`);

/** What npm reads to install one workspace of many. */
function copyManifests() {
  mkdirSync(out, { recursive: true });
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folders = workspaces.flatMap((pattern) =>
    pattern.endsWith('/*')
      ? readdirSync(join(root, pattern.slice(0, -2))).map((name) => join(pattern.slice(0, -2), name))
      : [pattern],
  );
  const files = [
    'package.json',
    'package-lock.json',
    ...folders.map((folder) => join(folder, 'package.json')),
  ];
  const there = files.filter((file) => existsSync(join(root, file)));
  for (const file of there) cpSync(join(root, file), join(out, file));
  return there;
}

function install() {
  const run = spawnSync(
    'npm',
    [
      'ci',
      '--omit=dev',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '-w',
      service,
    ],
    { cwd: out, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (run.status !== 0) process.exit(run.status ?? 1);
}

/** Folders of Vici's own packages that npm linked because the service uses them. */
function ownPackages() {
  const scope = join(out, 'node_modules/@vici');
  return readdirSync(scope).map((name) => relative(realpathSync(out), realpathSync(join(scope, name))));
}

function copyPackage(folder) {
  for (const entry of readdirSync(join(root, folder))) {
    if (!LEFT_OUT.has(entry)) {
      cpSync(join(root, folder, entry), join(out, folder, entry), {
        recursive: true,
        filter: (path) => !/\.(?:d\.ts|tsbuildinfo)$/.test(basename(path)),
      });
    }
  }
}

function removeIfEmpty(folder) {
  if (folder !== '.' && readdirSync(join(out, folder)).length === 0) {
    rmSync(join(out, folder), { recursive: true });
    removeIfEmpty(dirname(folder));
  }
}

function prune(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) prune(path);
    else if (entry.isFile() && NOT_RUN.test(entry.name)) rmSync(path);
  }
}
