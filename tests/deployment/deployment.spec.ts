import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { dashboards } from '../../deployment/generator/dashboards.ts';
import { generatedFiles } from '../../deployment/generator/files.ts';
import { deployedServices } from '../../deployment/generator/topology.ts';

const deployment = new URL('../../deployment/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, deployment), 'utf8');

describe('the generated files of deployment/', async () => {
  const files = [...(await generatedFiles())];

  it.each(files)('%s is what `npm run deployment` writes today', (path, text) => {
    expect(read(path)).toBe(text);
  });
});

/** Who may call whom, as docs/architecture.md draws it. */
const CALLS = {
  gateway: [
    'auth',
    'user',
    'product',
    'inventory',
    'cart',
    'order',
    'payment',
    'recommendation',
    'event',
    'notification',
  ],
  order: ['cart', 'user', 'product', 'inventory', 'payment'],
  cart: ['product', 'inventory'],
  user: ['product'],
  recommendation: ['product'],
};

const policySchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    ingress: z.array(
      z.object({
        from: z.array(
          z.object({ podSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional() }),
        ),
      }),
    ),
  }),
});

describe('the network', () => {
  it('lets no service call another that the architecture does not let it call', async () => {
    for (const { name, calls } of await deployedServices()) {
      const allowed: readonly string[] = new Map<string, string[]>(Object.entries(CALLS)).get(name) ?? [];
      expect(
        calls.filter((called) => !allowed.includes(called)),
        `calls of ${name}`,
      ).toEqual([]);
    }
  });

  it('admits to each service exactly the services that call it', async () => {
    const services = await deployedServices();
    const policies = parseAllDocuments(read('kubernetes/components/network-policies/services.yaml')).map(
      (document) => policySchema.parse(document.toJSON()),
    );
    const admitted = policies.map(({ metadata, spec }) => [
      metadata.name,
      spec.ingress
        .flatMap(({ from }) =>
          from.flatMap(({ podSelector }) => podSelector?.matchLabels['app.kubernetes.io/name'] ?? []),
        )
        .sort(),
    ]);
    const callers = services.map(({ name, fullName }) => [
      fullName,
      services
        .filter(({ calls }) => calls.includes(name))
        .map((caller) => caller.fullName)
        .sort(),
    ]);
    expect(admitted).toEqual(callers);
  });
});

describe('alerts and dashboards', () => {
  const sources = ['api-gateway/src', 'services', 'shared'].flatMap((folder) => {
    const path = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules') && !name.includes('dist/'))
      .map((name) => readFileSync(`${path}/${name}`, 'utf8'));
  });
  const code = sources.join('\n');
  const fromExporters = /^(?:pg|redis|kafka)_/;

  it.each([
    ['the alerts', read('monitoring/prometheus/alerts.yml')],
    ...[...dashboards()].map(([name, text]): [string, string] => [name, text]),
  ])('%s ask only for metrics that the services have', (_name, text) => {
    const named = [...text.matchAll(/\b([a-z]+(?:_[a-z]+)+)(?=[[{)]| >| ==| \/)/g)].map(
      ([, metric]) => metric ?? '',
    );
    const metrics = [...new Set(named)]
      .filter((metric) => !fromExporters.test(metric) && metric !== 'histogram_quantile')
      .map((metric) => metric.replace(/_bucket$/, ''));
    expect(metrics.length).toBeGreaterThan(2);
    expect(metrics.filter((metric) => !code.includes(`'${metric}'`))).toEqual([]);
  });

  it('every alert is explained in the runbook', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const alerts = [...read('monitoring/prometheus/alerts.yml').matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => name,
    );
    expect(alerts.length).toBeGreaterThan(10);
    expect(alerts.filter((name) => !runbook.includes(`### ${name}\n`))).toEqual([]);
  });
});
