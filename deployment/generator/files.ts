import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { composeServices, databaseLines, topicLines } from './compose.ts';
import { dashboards } from './dashboards.ts';
import {
  autoscaler,
  database,
  databaseOwner,
  kafkaTopics,
  migration,
  networkPolicy,
  sharedConfiguration,
  workload,
} from './kubernetes.ts';
import { type DeployedService, deployedServices, hasKey } from './topology.ts';

const NOTE =
  '# Written by `npm run deployment` from the services and their configuration schemas; change those instead.\n';

/** Every generated file of deployment/, by its path below that folder. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const services = await deployedServices();
  const workloads = services.map((service): [string, string] => [
    `kubernetes/base/services/${service.fullName}.yaml`,
    documents(workload(service)),
  ]);
  const withDatabase = services.filter((service) => hasKey(service, 'DATABASE_URL'));
  const boards = [...dashboards()].map(([name, text]): [string, string] => [
    `monitoring/grafana/dashboards/${name}`,
    text,
  ]);
  return new Map([
    ...workloads,
    ...boards,
    ['monitoring/prometheus/prometheus.yml', documents([prometheusConfiguration(services)])],
    [
      'kubernetes/base/services/kustomization.yaml',
      documents([kustomization(services.map(({ fullName }) => `${fullName}.yaml`))]),
    ],
    ['kubernetes/base/configuration.yaml', documents([sharedConfiguration(services)])],
    ['kubernetes/components/migrations/jobs.yaml', documents(withDatabase.map(migration))],
    ['kubernetes/components/autoscaling/autoscalers.yaml', documents(services.map(autoscaler))],
    [
      'kubernetes/components/network-policies/services.yaml',
      documents(services.map((service) => networkPolicy(service, services))),
    ],
    ['kubernetes/components/kafka/topics.yaml', documents(kafkaTopics())],
    ['docker-compose.services.yml', documents([composeServices(services)])],
    ['kubernetes/components/postgres/databases.yaml', documents(withDatabase.map(database))],
    ['kubernetes/components/postgres/owners.yaml', documents([databaseOwners(withDatabase)])],
    ['kubernetes/components/monitoring/dashboards.yaml', documents([dashboardMap()])],
    ['kubernetes/components/monitoring/rules.yaml', documents([await alertRules()])],
    ['init-scripts/kafka/topics.txt', topicLines()],
    ['init-scripts/postgres/services.txt', databaseLines(services)],
  ]);
}

/** Which addresses Prometheus reads; the services by their container names. */
function prometheusConfiguration(services: readonly DeployedService[]): object {
  const job = (job_name: string, targets: readonly string[]) => ({ job_name, static_configs: [{ targets }] });
  return {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    rule_files: ['alerts.yml'],
    scrape_configs: [
      job(
        'vici',
        services.map(({ fullName, http }) => `${fullName}:${http}`),
      ),
      job('postgres', ['vici-postgres-exporter:9187']),
      job('redis', ['vici-redis-exporter:9121']),
      job('kafka', ['vici-kafka-exporter:9308']),
    ],
  };
}

/** A patch of the cluster: who owns which database. */
function databaseOwners(services: readonly DeployedService[]): object {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'vici-postgres' },
    spec: { managed: { roles: services.map(databaseOwner) } },
  };
}

function dashboardMap(): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'vici-dashboards', labels: { grafana_dashboard: '1' } },
    data: Object.fromEntries(dashboards()),
  };
}

/** The alert rules of deployment/monitoring, as the Prometheus operator takes them. */
async function alertRules(): Promise<object> {
  const rules = await readFile(new URL('../monitoring/prometheus/alerts.yml', import.meta.url), 'utf8');
  const spec: unknown = parse(rules);
  return { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'vici' }, spec };
}

function kustomization(resources: readonly string[]): object {
  return { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
}

function documents(contents: readonly object[]): string {
  return (
    NOTE +
    contents
      .map((content) => stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }))
      .join('---\n')
  );
}
