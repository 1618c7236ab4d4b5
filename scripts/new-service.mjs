// `npm run new:service -- <name>`: a new service with contract, module, migration, health, tests, and its entries in the
// workspace, the embedded default, the compose files and the Kubernetes manifests. It builds and passes at once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteInstalled, prepare, toolEnvironment } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const template = join(root, 'scripts/new-service/template');
const [name] = process.argv.slice(2);

if (name === undefined || !/^[a-z][a-z0-9]{1,29}$/.test(name)) {
  stop('Name the service in one lower-case word, such as: npm run new:service -- loyalty');
}
if (
  existsSync(join(root, 'services', `${name}-service`)) ||
  existsSync(join(root, 'proto', `${name}.proto`))
) {
  stop(`There is a service "${name}" already.`);
}

const node = prepare();
const env = toolEnvironment(node);
const { http, grpc } = nextPorts();
const words = {
  name,
  key: name,
  camel: name,
  Name: name[0].toUpperCase() + name.slice(1),
  NAME: name.toUpperCase(),
  http: String(http),
  grpc: String(grpc),
};

writeTemplate('contract.proto.txt', `proto/${name}.proto`);
for (const file of filesBelow(join(template, 'service'))) {
  writeTemplate(
    join('service', file),
    join('services', `${name}-service`, filled(file).replace(/\.txt$/, '')),
  );
}
register();
run('installing', 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
noteInstalled();
run('generating the contract', join(root, 'scripts/generate-proto.sh'), []);
run('building', 'tsc', ['-b']);
run('writing .env.example', node, ['scripts/generate-env-examples.mjs']);
run('writing the deployment files', node, ['deployment/generator/generate.ts']);
run('formatting', 'biome', ['check', '--write', '--log-level=error', '.']);
process.stdout.write(
  `services/${name}-service is there (HTTP ${http}, gRPC ${grpc}). Next: npm test -- services/${name}-service\n`,
);

/** The ports after the last service's. */
function nextPorts() {
  const ports = readFileSync(join(root, 'shared/utils/src/configuration/service-ports.ts'), 'utf8');
  const taken = (pattern) => [...ports.matchAll(pattern)].map(([, port]) => Number(port));
  return { http: Math.max(...taken(/http: (\d+)/g)) + 1, grpc: Math.max(...taken(/grpc: (\d+)/g)) + 1 };
}

/** Every place that lists the services. */
function register() {
  const last = 'notification|[a-z0-9]+';
  const ports = 'shared/utils/src/configuration/service-ports.ts';
  change(ports, /^( {2}\| '[a-z0-9]+');$/m, `$1\n  | '${name}';`);
  change(ports, /^(} as const satisfies)/m, `  ${name}: { http: ${http}, grpc: ${grpc} },\n$1`);
  const catalogue = 'deployment/local/src/stack/service-catalogue.ts';
  change(catalogue, /(\n {2}\['auth'[^\]]*)\]/, `$1, '${name}']`);
  change(catalogue, new RegExp(`(\\n {2}'(?:${last})',)(\\n\\];)`), `$1\n  '${name}',$2`);
  change(
    catalogue,
    /(\n {2}[a-z0-9]+: async \(\) => \(await import\('@vici\/[a-z0-9]+-service'\)\)\.\w+,)(\n};)/,
    `$1\n  ${name}: async () => (await import('@vici/${name}-service')).${name}Service,$2`,
  );
  change(
    'deployment/local/src/stack/port-plan.ts',
    /(\n {4}[a-z0-9]+: portsOf\('[a-z0-9]+'\),)(\n {2}};)/,
    `$1\n    ${name}: portsOf('${name}'),$2`,
  );
  addReference('tsconfig.json', `services/${name}-service`);
  addReference('tsconfig.spec.json', `services/${name}-service`);
  addReference('deployment/local/tsconfig.json', `../../services/${name}-service`);
  editJson('deployment/local/package.json', (manifest) => {
    manifest.dependencies = sorted({ ...manifest.dependencies, [`@vici/${name}-service`]: '0.1.0' });
  });
  const password = `${words.NAME}_DB_PASSWORD`;
  change(
    'deployment/.env.example',
    /((?:^[A-Z]+_DB_PASSWORD=.*\n)+)/m,
    `$1${password}=vici-${name}-development\n`,
  );
  change(
    'deployment/docker-compose.yml',
    /((?:^ {6}[A-Z]+_DB_PASSWORD: .*\n)+)/m,
    `$1      ${password}: \${${password}:?}\n`,
  );
  change(
    'README.md',
    /((?:^\| \[[a-z-]+\]\((?:services\/|api-gateway).*\n)+)/m,
    `$1| [${name}](services/${name}-service/README.md) | ${http} | ${grpc} | its entries |\n`,
  );
}

function addReference(file, path) {
  editJson(file, (config) => {
    config.references.push({ path });
  });
}

function editJson(file, edit) {
  const content = JSON.parse(readFileSync(join(root, file), 'utf8'));
  edit(content);
  writeFileSync(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => a.localeCompare(b)));
}

/** Replaces what the pattern finds. Ends when it finds nothing: then the file is not what this program knows. */
function change(file, pattern, replacement) {
  const text = readFileSync(join(root, file), 'utf8');
  const changed = text.replace(pattern, replacement);
  if (changed === text)
    stop(`${file} does not list the services the way it used to; see scripts/new-service.mjs.`);
  writeFileSync(join(root, file), changed);
}

function writeTemplate(source, target) {
  mkdirSync(dirname(join(root, target)), { recursive: true });
  writeFileSync(join(root, target), filled(readFileSync(join(template, source), 'utf8')));
}

function filled(text) {
  return text.replaceAll(
    /\{\{(\w+)\}\}/g,
    (_all, word) => words[word] ?? stop(`The template asks for "${word}".`),
  );
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile())
    .map((file) => relative(folder, file));
}

function run(step, program, args) {
  process.stderr.write(`  ${step} …\n`);
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) stop(`${step} failed: ${error?.message ?? ''}\n${stdout ?? ''}${stderr ?? ''}`);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
