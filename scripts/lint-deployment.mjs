// Checks what stands in deployment/ without a Docker engine or a cluster: the Dockerfile, every combination of compose
// files against the Compose specification, every overlay rendered by kustomize and validated by kubeconform.
// The tools come through Go and pip into .vici/cache/tools; where those are missing the step says so and is left out,
// or fails when VICI_REQUIRE_DEPLOYMENT_TOOLS=1.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { parse, parseAllDocuments } from 'yaml';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const deployment = join(root, 'deployment');
const tools = join(root, '.vici/cache/tools');
const schemas = join(tools, 'schemas');
const scratch = mkdtempSync(join(tmpdir(), 'vici-deployment-'));

const KUBERNETES = '1.34.0';
const GO_TOOLS = {
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1',
  // compose-go's own program is called after its folder.
  cmd: 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2',
};
const SCHEMA_PACKAGE = 'kubernetes-validate==1.37.0';
const CUSTOM_RESOURCES = {
  'github.com/cloudnative-pg/cloudnative-pg@v1.27.1': 'config/crd/bases',
  'github.com/prometheus-operator/prometheus-operator@v0.85.0': 'example/prometheus-operator-crd',
};
/** Strimzi publishes no schema that a package registry holds, but the classes it reads these with. */
const STRIMZI = ['Kafka', 'KafkaNodePool', 'KafkaTopic'];
const strimziCheck = join(deployment, 'kubernetes/checks');
const COMPOSE = [
  ['docker-compose.yml'],
  ['docker-compose.yml', 'docker-compose.zookeeper.yml'],
  ['docker-compose.yml', 'docker-compose.services.yml'],
  ['docker-compose.yml', 'docker-compose.services.yml', 'docker-compose.monitoring.yml'],
  [
    'docker-compose.yml',
    'docker-compose.zookeeper.yml',
    'docker-compose.services.yml',
    'docker-compose.monitoring.yml',
  ],
];

const faults = [];

process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
checkDockerfile();
checkScripts();
if (haveTools()) {
  checkCompose();
  checkKubernetes();
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write('deployment: no faults\n');

function checkDockerfile() {
  const text = readFileSync(join(deployment, 'Dockerfile'), 'utf8');
  for (const { range, message } of validate(text))
    faults.push(`Dockerfile:${range.start.line + 1}: ${message}`);
}

function checkScripts() {
  const scripts = ['build-services.sh', ...shellScripts('init-scripts')];
  for (const script of scripts) {
    const shell = readFileSync(join(deployment, script), 'utf8').startsWith('#!/bin/sh') ? 'sh' : 'bash';
    const { status, stderr } = spawnSync(shell, ['-n', join(deployment, script)], { encoding: 'utf8' });
    if (status !== 0) faults.push(`${script}: ${stderr.trim()}`);
  }
}

function shellScripts(folder) {
  return readdirSync(join(deployment, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh'))
    .map((name) => join(folder, name));
}

/** Fetches what is not there yet. */
function haveTools() {
  const missing = ['go', 'python3'].filter(
    (program) => spawnSync(program, ['--version']).error && spawnSync(program, ['version']).error,
  );
  if (missing.length > 0) {
    const sentence = `compose files and manifests were not checked: ${missing.join(' and ')} not found`;
    if (process.env.VICI_REQUIRE_DEPLOYMENT_TOOLS === '1') faults.push(sentence);
    else process.stdout.write(`deployment: ${sentence}\n`);
    return false;
  }
  mkdirSync(schemas, { recursive: true });
  for (const [name, source] of Object.entries(GO_TOOLS)) {
    const stamp = join(tools, `${name}.version`);
    if (existsSync(join(tools, name)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === source)
      continue;
    run('go', ['install', source], { env: { ...process.env, GOBIN: tools } });
    writeFileSync(stamp, source);
  }
  if (!existsSync(join(schemas, 'complete'))) {
    kubernetesSchemas();
    customResourceSchemas();
    writeFileSync(join(schemas, 'complete'), '');
  }
  return true;
}

/** Kubernetes' own schemas, made to refer to each other by file name. */
function kubernetesSchemas() {
  const target = join(scratch, 'python');
  run('python3', [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--disable-pip-version-check',
    '--root-user-action=ignore',
    '--target',
    target,
    SCHEMA_PACKAGE,
  ]);
  const folder = join(target, `kubernetes_validate/kubernetes-json-schema/v${KUBERNETES}-local-strict`);
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll(
      '"/api/_definitions.json#',
      '"_definitions.json#',
    );
    const { $id: _address, id: _oldAddress, ...schema } = JSON.parse(text);
    writeFileSync(join(schemas, name), JSON.stringify(schema));
  }
}

/** Schemas of the operators' resources, out of their definitions. */
function customResourceSchemas() {
  for (const [module, folder] of Object.entries(CUSTOM_RESOURCES)) {
    const { Dir } = JSON.parse(run('go', ['mod', 'download', '-json', module], { cwd: scratch }));
    for (const name of readdirSync(join(Dir, folder)).filter((file) => file.endsWith('.yaml'))) {
      const { spec } = parse(readFileSync(join(Dir, folder, name), 'utf8'));
      for (const version of spec?.versions ?? []) {
        const [group] = spec.group.split('.');
        const file = `${spec.names.kind}-${group}-${version.name}.json`.toLowerCase();
        writeFileSync(join(schemas, file), JSON.stringify(version.schema.openAPIV3Schema));
      }
    }
  }
}

function checkCompose() {
  for (const files of COMPOSE) {
    const folder = mkdtempSync(join(scratch, 'compose-'));
    for (const file of files) writeFileSync(join(folder, file), interpolated(file));
    const { status, stderr } = spawnSync(join(tools, 'cmd'), files, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) faults.push(`${files.join(' + ')}: ${stderr.trim()}`);
  }
}

/** The file as Compose sees it with deployment/.env.example for its settings. */
function interpolated(file) {
  const lines = readFileSync(join(deployment, '.env.example'), 'utf8').split('\n');
  const settings = new Map(
    lines.flatMap((line) =>
      /^[A-Z_]+=/.test(line) ? [[line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]] : [],
    ),
  );
  return readFileSync(join(deployment, file), 'utf8').replaceAll(
    /(?<!\$)\$\{([A-Z_]+)(?::-([^}]*)|:\?)?\}/g,
    (_all, name, fallback) => {
      const value = settings.get(name) || fallback;
      if (value === undefined) faults.push(`${file}: ${name} is not in .env.example`);
      return value ?? '';
    },
  );
}

function checkKubernetes() {
  for (const overlay of readdirSync(join(deployment, 'kubernetes/overlays'))) {
    const rendered = spawnSync(
      join(tools, 'kustomize'),
      ['build', join(deployment, 'kubernetes/overlays', overlay)],
      {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      },
    );
    if (rendered.status !== 0) {
      faults.push(`overlay ${overlay}: ${rendered.stderr.trim()}`);
      continue;
    }
    const file = join(scratch, `${overlay}.yaml`);
    writeFileSync(file, rendered.stdout);
    const location = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
    const checked = spawnSync(
      join(tools, 'kubeconform'),
      [
        '-strict',
        '-summary',
        '-kubernetes-version',
        KUBERNETES,
        '-schema-location',
        location,
        '-skip',
        STRIMZI.join(','),
        file,
      ],
      { encoding: 'utf8' },
    );
    if (checked.status !== 0)
      faults.push(`overlay ${overlay}: ${checked.stdout.trim()} ${checked.stderr.trim()}`);
    else
      process.stdout.write(
        `overlay ${overlay} (${parseAllDocuments(rendered.stdout).length} resources): ${checked.stdout.replaceAll(/\s+/g, ' ').trim()}\n`,
      );
    checkStrimzi(overlay, rendered.stdout);
  }
}

/** What Strimzi is given, read with its own classes: those keep what they do not know, which is a fault here. */
function checkStrimzi(overlay, rendered) {
  const resources = parseAllDocuments(rendered)
    .map((document) => document.toJSON())
    .filter((resource) => STRIMZI.includes(resource?.kind));
  if (resources.length === 0 || !haveJava()) return;
  const file = join(scratch, `${overlay}-strimzi.json`);
  writeFileSync(file, JSON.stringify(resources));
  const program = ['-cp', `${join(tools, 'strimzi')}/*`, join(strimziCheck, 'CheckStrimzi.java'), file];
  const { status, stdout, stderr } = spawnSync('java', program, { encoding: 'utf8' });
  if (status !== 0) faults.push(`overlay ${overlay}: ${stderr.trim()}`);
  else process.stdout.write(`overlay ${overlay}: ${stdout.trim()}\n`);
}

/** Fetches Strimzi's classes where they are not there yet. */
function haveJava() {
  const missing = ['javac', 'mvn'].filter((program) => spawnSync(program, ['-version']).error);
  if (missing.length > 0) {
    const sentence = `what Strimzi is given was not checked: ${missing.join(' and ')} not found`;
    if (process.env.VICI_REQUIRE_DEPLOYMENT_TOOLS === '1') faults.push(sentence);
    else process.stdout.write(`deployment: ${sentence}\n`);
    return false;
  }
  const pom = join(strimziCheck, 'pom.xml');
  const stamp = join(tools, 'strimzi.pom');
  const text = readFileSync(pom, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === text) return true;
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(tools, 'strimzi')}`];
  run('mvn', ['--batch-mode', '--quiet', '--file', pom, ...goal]);
  writeFileSync(stamp, text);
  return true;
}

function run(program, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    ...options,
  });
  if (status !== 0) {
    process.stderr.write(`${basename(program)} ${args.join(' ')} failed\n${stderr}`);
    process.exit(1);
  }
  return stdout;
}
