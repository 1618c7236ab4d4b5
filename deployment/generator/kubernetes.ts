import { topicSpecs } from '@vici/events';
import type { StackService } from '@vici/local';
import {
  type DeployedService,
  fullNameOf,
  hasKey,
  KEPT_FOLDER,
  keepsFiles,
  NODE_OPTIONS,
  secretsOf,
  upstreamKey,
} from './topology.ts';

type Manifest = Readonly<Record<string, unknown>>;

const IMAGE_REGISTRY = 'vici';
/** Pods stop taking calls before they stop: the load balancer needs this long to hear of it, in seconds. */
const LEAVE_SECONDS = 5;
const GRACE_SECONDS = 30;

/** Identity, address, pods and disruption budget of a service. */
export function workload(service: DeployedService): Manifest[] {
  return [serviceAccount(service), clusterService(service), pods(service), disruptionBudget(service)];
}

/** Brings the database of a service up to date; pods that start meanwhile wait for the same lock. */
export function migration(service: DeployedService): Manifest {
  const labels = labelsOf(service.name, 'migration');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${service.fullName}-migrate`, labels },
    spec: {
      backoffLimit: 6,
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: { labels },
        spec: {
          ...podSpec(service),
          restartPolicy: 'OnFailure',
          containers: [{ ...container(service), args: ['migrate'] }],
        },
      },
    },
  };
}

/** Two replicas at rest, up to ten under load. */
export function autoscaler(service: DeployedService): Manifest {
  const { fullName, name } = service;
  const kind = keepsFiles(service) ? 'StatefulSet' : 'Deployment';
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: fullName, labels: labelsOf(name) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind, name: fullName },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    },
  };
}

/** Lets in the callers of a service, and lets it out to what it calls: nothing else. */
export function networkPolicy(service: DeployedService, all: readonly DeployedService[]): Manifest {
  const callers = all.filter(({ calls }) => calls.includes(service.name));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: service.fullName, labels: labelsOf(service.name) },
    spec: {
      podSelector: { matchLabels: selectorOf(service.name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        ...(callers.length > 0 && service.grpc !== undefined
          ? [{ from: callers.map((caller) => podsOf(caller.name)), ports: [tcp(service.grpc)] }]
          : []),
        ...(service.name === 'gateway'
          ? [{ from: [labelledNamespaces('vici/ingress')], ports: [tcp(service.http)] }]
          : []),
        { from: [labelledNamespaces('vici/monitoring')], ports: [tcp(service.http)] },
      ],
      egress: [
        ...all
          .filter((other) => service.calls.includes(other.name))
          .map((other) => ({ to: [podsOf(other.name)], ports: [tcp(other.grpc ?? other.http)] })),
        ...backingEgress(service),
        { to: [labelledNamespaces('vici/monitoring')], ports: [tcp(4318)] },
        { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
      ],
    },
  };
}

/** Every topic and its dead-letter topic, for Strimzi's topic operator. */
export function kafkaTopics(): Manifest[] {
  return topicSpecs().map(({ name, partitions, retentionMs }) => ({
    apiVersion: 'kafka.strimzi.io/v1beta2',
    kind: 'KafkaTopic',
    metadata: { name, labels: { 'strimzi.io/cluster': 'vici-kafka' } },
    spec: { partitions, replicas: 3, config: { 'retention.ms': retentionMs, 'min.insync.replicas': 2 } },
  }));
}

/** The owner of a service's database, as CloudNativePG is to create it. */
export function databaseOwner({ name, fullName }: DeployedService): Manifest {
  return {
    name: `${name}_service`,
    ensure: 'present',
    login: true,
    passwordSecret: { name: `${fullName}-database` },
  };
}

/** The database of a service. */
export function database({ name, fullName }: DeployedService): Manifest {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Database',
    metadata: { name: fullName },
    spec: {
      cluster: { name: 'vici-postgres' },
      name: `${name}_db`,
      owner: `${name}_service`,
      ...(name === 'product' && {
        extensions: ['pg_trgm', 'fuzzystrmatch'].map((extension) => ({ name: extension, ensure: 'present' })),
      }),
    },
  };
}

/** What the services are told alike; their own settings and secrets stand with each. */
export function sharedConfiguration(services: readonly DeployedService[]): Manifest {
  const addresses = services.flatMap(({ name, fullName, grpc }) =>
    // The name of a headless service has the address of every pod, and calls are spread over them.
    grpc === undefined ? [] : [[upstreamKey(name), `dns:///${fullName}:${grpc}`]],
  );
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'vici' },
    data: {
      NODE_ENV: 'production',
      NODE_OPTIONS,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      SHUTDOWN_GRACE_MS: String((GRACE_SECONDS - LEAVE_SECONDS - 5) * 1000),
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: 'vici-kafka-kafka-bootstrap:9092',
      ...Object.fromEntries(addresses),
    },
  };
}

function serviceAccount({ fullName, name }: DeployedService): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: fullName, labels: labelsOf(name) },
    automountServiceAccountToken: false,
  };
}

function clusterService({ fullName, name, http, grpc }: DeployedService): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: fullName, labels: labelsOf(name) },
    spec: {
      ...(grpc !== undefined && { clusterIP: 'None' }),
      selector: selectorOf(name),
      ports: [
        { name: 'http', port: http, targetPort: 'http' },
        ...(grpc === undefined
          ? []
          : [{ name: 'grpc', port: grpc, targetPort: 'grpc', appProtocol: 'grpc' }]),
      ],
    },
  };
}

/** What keeps files has a volume for each pod, and a name that finds it again. */
function pods(service: DeployedService): Manifest {
  return keepsFiles(service) ? statefulSet(service) : deployment(service);
}

function deployment(service: DeployedService): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service.fullName, labels: labelsOf(service.name) },
    spec: {
      ...replicated(service),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    },
  };
}

function statefulSet(service: DeployedService): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: service.fullName, labels: labelsOf(service.name) },
    spec: {
      ...replicated(service),
      serviceName: service.fullName,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      volumeClaimTemplates: [
        {
          metadata: { name: 'kept' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
        },
      ],
    },
  };
}

function replicated(service: DeployedService): Manifest {
  const { name } = service;
  return {
    replicas: 2,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selectorOf(name) },
    template: {
      metadata: { labels: labelsOf(name) },
      spec: {
        ...podSpec(service),
        topologySpreadConstraints: [
          spreadOver(name, 'kubernetes.io/hostname'),
          spreadOver(name, 'topology.kubernetes.io/zone'),
        ],
        containers: [{ ...container(service), ...probes(service), ...keptVolume(service) }],
      },
    },
  };
}

function keptVolume(service: DeployedService): Manifest {
  const { volumeMounts, env } = container(service);
  return keepsFiles(service)
    ? {
        env: [...env, { name: KEPT_FOLDER.key, value: KEPT_FOLDER.path }],
        volumeMounts: [...volumeMounts, { name: 'kept', mountPath: KEPT_FOLDER.path }],
      }
    : {};
}

function podSpec({ fullName }: DeployedService): Manifest {
  return {
    serviceAccountName: fullName,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '256Mi' } }],
  };
}

function container(service: DeployedService) {
  const { fullName, http, grpc } = service;
  return {
    name: 'service',
    image: `${IMAGE_REGISTRY}/${fullName}`,
    ports: [
      { name: 'http', containerPort: http },
      ...(grpc === undefined ? [] : [{ name: 'grpc', containerPort: grpc }]),
    ],
    envFrom: [{ configMapRef: { name: 'vici' } }],
    env: [
      { name: 'HTTP_PORT', value: String(http) },
      { name: 'OTEL_SERVICE_NAME', value: fullName },
      ...secretEnvironment(service),
    ],
    resources: { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
  };
}

/** Secrets by reference. One that has a development default has to be given; the others switch something on. */
function secretEnvironment(service: DeployedService): Manifest[] {
  const own = secretsOf(service).map(({ key, defaultValue }) => ({
    name: key,
    valueFrom: {
      secretKeyRef: { name: service.fullName, key, ...(defaultValue === undefined && { optional: true }) },
    },
  }));
  const redis = { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'vici-redis', key: 'url' } } };
  return hasKey(service, 'REDIS_URL') ? [redis, ...own] : own;
}

function probes({ grpc }: DeployedService): Manifest {
  const http = (path: string) => ({ httpGet: { path, port: 'http' } });
  return {
    // The first start of all waits for its migrations.
    startupProbe: { ...http('/health'), periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...http('/health'), periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 },
    readinessProbe: {
      ...(grpc === undefined ? http('/ready') : { grpc: { port: grpc } }),
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 2,
    },
    lifecycle: { preStop: { sleep: { seconds: LEAVE_SECONDS } } },
  };
}

function disruptionBudget({ fullName, name }: DeployedService): Manifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: fullName, labels: labelsOf(name) },
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) } },
  };
}

function backingEgress(service: DeployedService): Manifest[] {
  const to = (app: string, port: number) => ({
    to: [{ podSelector: { matchLabels: { 'vici/backing': app } } }],
    ports: [tcp(port)],
  });
  return [
    ...(hasKey(service, 'DATABASE_URL') ? [to('postgres', 5432)] : []),
    ...(hasKey(service, 'REDIS_URL') ? [to('redis', 6379)] : []),
    ...(hasKey(service, 'KAFKA_BROKERS') ? [to('kafka', 9092)] : []),
    ...outsideEgress(service),
  ];
}

/** What stands outside of the cluster: object storage, mail server, payment provider. */
function outsideEgress(service: DeployedService): Manifest[] {
  const ports = [
    ...(hasKey(service, 'S3_ENDPOINT') ||
    service.name === 'payment' ||
    service.name === 'notification' ||
    service.name === 'auth'
      ? [443]
      : []),
    ...(hasKey(service, 'SMTP_URL') ? [465, 587] : []),
  ];
  return ports.length === 0
    ? []
    : [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE_NETWORKS } }], ports: ports.map(tcp) }];
}

const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'];

function spreadOver(name: StackService, topologyKey: string): Manifest {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(name) },
  };
}

function labelsOf(name: StackService, component = 'service'): Record<string, string> {
  return { ...selectorOf(name, component), 'app.kubernetes.io/part-of': 'vici' };
}

function selectorOf(name: StackService, component = 'service'): Record<string, string> {
  return { 'app.kubernetes.io/name': fullNameOf(name), 'app.kubernetes.io/component': component };
}

function podsOf(name: StackService): Manifest {
  return { podSelector: { matchLabels: selectorOf(name) } };
}

function labelledNamespaces(label: string): Manifest {
  return { namespaceSelector: { matchLabels: { [label]: 'true' } } };
}

function tcp(port: number): Manifest {
  return { protocol: 'TCP', port };
}
