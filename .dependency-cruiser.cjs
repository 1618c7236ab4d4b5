/** Layer and package rules of the house; checked by `npm run lint`. */
const inService = '^services/([^/]+)-service/src/';
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle hides who depends on whom.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain/ imports nothing but itself and @vici/utils/domain.',
      severity: 'error',
      from: { path: `${inService}domain/`, pathNot: '\\.spec\\.ts$' },
      to: { pathNot: [`${inService}domain/`, '^shared/utils/src/domain/'] },
    },
    {
      name: 'application-points-inward',
      comment: 'application/ knows its ports, never what implements them.',
      severity: 'error',
      from: { path: `${inService}application/`, pathNot: '\\.spec\\.ts$' },
      to: { path: `${inService}(infrastructure|interface)/` },
    },
    {
      name: 'infrastructure-not-to-interface',
      severity: 'error',
      from: { path: `${inService}infrastructure/` },
      to: { path: `${inService}interface/` },
    },
    {
      name: 'services-do-not-import-each-other',
      comment: 'Services meet over gRPC and events only.',
      severity: 'error',
      from: { path: inService },
      to: { path: '^services/([^/]+)-service/', pathNot: '^services/$1-service/' },
    },
    {
      name: 'gateway-imports-no-service',
      severity: 'error',
      from: { path: '^api-gateway/' },
      to: { path: '^services/' },
    },
    {
      name: 'shared-imports-no-service',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(services|api-gateway|deployment/local/src)/' },
    },
    {
      name: 'test-kit-in-tests-only',
      severity: 'error',
      from: {
        path: '^(services|api-gateway|shared|deployment)/',
        pathNot: ['\\.spec\\.ts$', '\\.contract\\.ts$', '^shared/testing/', '\\.fixture\\.ts$'],
      },
      to: { path: '^shared/testing/' },
    },
    {
      name: 'kafka-client-behind-the-port',
      severity: 'error',
      from: { pathNot: ['^shared/events/src/bus/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/@platformatic/kafka' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/', '^shared/proto-gen/', '\\.(spec|contract|fixture)\\.ts$', '/test/'] },
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['vici-source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
