/** A panel: a title, its unit and the lines it draws, each as legend and PromQL. */
interface Panel {
  readonly title: string;
  readonly unit: 'reqps' | 's' | 'percentunit' | 'short' | 'bytes' | 'ops';
  readonly lines: Readonly<Record<string, string>>;
}

const RATE = '$__rate_interval';

function perSecond(title: string, metric: string, by: string, unit: Panel['unit'] = 'ops'): Panel {
  return { title, unit, lines: { [legendOf(by)]: `sum by (${by}) (rate(${metric}[${RATE}]))` } };
}

function quantiles(title: string, metric: string, by?: string): Panel {
  const labels = by === undefined ? 'le' : `le, ${by}`;
  const line = (quantile: number) =>
    `histogram_quantile(${quantile}, sum by (${labels}) (rate(${metric}_bucket[${RATE}])))`;
  const suffix = by === undefined ? '' : ` ${legendOf(by)}`;
  return { title, unit: 's', lines: { [`p50${suffix}`]: line(0.5), [`p99${suffix}`]: line(0.99) } };
}

function level(title: string, metric: string, by: string, unit: Panel['unit'] = 'short'): Panel {
  return { title, unit, lines: { [legendOf(by)]: `sum by (${by}) (${metric})` } };
}

function legendOf(by: string): string {
  return by
    .split(', ')
    .map((label) => `{{${label}}}`)
    .join(' ');
}

const OVERVIEW: Panel[] = [
  perSecond('Requests by status', 'http_requests_total', 'status', 'reqps'),
  {
    title: 'Failures on our side',
    unit: 'percentunit',
    lines: {
      'HTTP 5xx': `sum(rate(http_requests_total{status=~"5.."}[${RATE}])) / sum(rate(http_requests_total[${RATE}]))`,
    },
  },
  quantiles('Time to answer by route', 'http_request_duration_seconds', 'route'),
  perSecond('gRPC calls by service', 'grpc_server_handled_total', 'service'),
  perSecond('gRPC failures by service and code', 'grpc_server_handled_total{code!="OK"}', 'service, code'),
  quantiles('gRPC time by service', 'grpc_server_duration_seconds', 'service'),
  perSecond('Retries by service', 'grpc_client_retries_total', 'service'),
  level('Circuits that are open', 'grpc_client_circuit_state', 'service, upstream'),
];

const CHECKOUT: Panel[] = [
  perSecond('Checkouts by outcome', 'checkout_total', 'outcome'),
  perSecond('Failed steps', 'checkout_step_failures_total', 'step'),
  level('Checkouts that are stuck', 'checkout_sagas_stuck', 'service'),
  perSecond('Payments by what became of them', 'payment_intents_settled_total', 'status'),
  perSecond('Refunds', 'payment_refunds_total', 'service'),
  perSecond('Payments without an order', 'checkout_unmatched_payments_total', 'service'),
  perSecond('SKUs that sold out', 'inventory_stock_outs_total', 'service'),
  perSecond('Reservations that lapsed', 'inventory_reservations_swept_total', 'service'),
  level('Carts not yet saved', 'carts_unsaved', 'service'),
];

const EVENTS: Panel[] = [
  level('Messages behind by group and topic', 'events_consumer_lag', 'group, topic'),
  perSecond('Handled by service', 'events_handled_total', 'group'),
  perSecond('Dead letters', 'events_dead_letter_total', 'group, topic'),
  quantiles('From event to effect', 'events_age_seconds', 'group'),
  level('Outbox: waiting', 'outbox_pending', 'service'),
  level('Outbox: oldest', 'outbox_relay_lag_seconds', 'service', 's'),
  perSecond('Given back to the bus', 'events_redelivery_total', 'service'),
  perSecond('Handled one by one after failing together', 'events_apart_total', 'group'),
  perSecond('Behaviour events in', 'behaviour_events_received_total', 'result'),
  level('Messages to shoppers that wait', 'notification_deliveries_open', 'service'),
  quantiles('From event to mail', 'notification_delivery_seconds'),
];

const RECOMMENDATIONS: Panel[] = [
  quantiles('From event to list', 'recommendation_event_to_list_seconds'),
  level('Shoppers whose lists wait', 'recommendation_shoppers_waiting', 'service'),
  quantiles('Event loop held by index and lists', 'recommendation_loop_held_seconds'),
  perSecond('Snapshots of the index', 'recommendation_snapshots_total', 'result'),
  perSecond('Interactions taken in', 'recommendation_interactions_total', 'kind'),
  perSecond('Lists served by source', 'recommendation_served_total', 'source'),
  perSecond('Pages served without recommendations', 'gateway_recommendations_degraded_total', 'placement'),
];

const BACKING: Panel[] = [
  quantiles('PostgreSQL: statements by service', 'database_query_duration_seconds', 'service'),
  level('PostgreSQL: connections by service', 'database_pool_connections', 'service, state'),
  level('PostgreSQL: waiting for a connection', 'database_pool_waiting', 'service'),
  level('PostgreSQL: size', 'pg_database_size_bytes', 'datname', 'bytes'),
  perSecond('PostgreSQL: commits', 'pg_stat_database_xact_commit', 'datname'),
  level('Redis: memory', 'redis_memory_used_bytes', 'instance', 'bytes'),
  perSecond('Redis: commands', 'redis_commands_processed_total', 'instance'),
  level('Redis: keys', 'redis_db_keys', 'db'),
  level('Kafka: brokers', 'kafka_brokers', 'instance'),
  level('Kafka: lag by group', 'kafka_consumergroup_lag', 'consumergroup'),
];

const DASHBOARDS: Readonly<Record<string, readonly [title: string, panels: readonly Panel[]]>> = {
  overview: ['Vici: overview', OVERVIEW],
  checkout: ['Vici: checkout and payments', CHECKOUT],
  events: ['Vici: events', EVENTS],
  recommendations: ['Vici: recommendations', RECOMMENDATIONS],
  backing: ['Vici: PostgreSQL, Redis, Kafka', BACKING],
};

/** Grafana dashboards as JSON text, by file name. */
export function dashboards(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(DASHBOARDS).map(([name, [title, panels]]) => [
      `${name}.json`,
      `${JSON.stringify(dashboard(name, title, panels), null, 2)}\n`,
    ]),
  );
}

function dashboard(name: string, title: string, panels: readonly Panel[]): object {
  return {
    uid: `vici-${name}`,
    title,
    tags: ['vici'],
    timezone: 'utc',
    schemaVersion: 41,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    panels: panels.map(timeSeries),
  };
}

/** Two panels in a row. */
function timeSeries({ title, unit, lines }: Panel, index: number): object {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    datasource: { type: 'prometheus', uid: 'prometheus' },
    gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: Object.entries(lines).map(([legendFormat, expr], line) => ({
      refId: String.fromCharCode(65 + line),
      expr,
      legendFormat,
      exemplar: unit === 's',
    })),
  };
}
