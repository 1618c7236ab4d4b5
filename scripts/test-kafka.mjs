// `npm run test:kafka [-- --zookeeper] [paths]`: the tests with real Apache Kafka as the event bus of every service and
// stack they start, under a prefix for each. With --zookeeper it is Kafka 3.9 on ZooKeeper. Java 17 is needed.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const test = join(dirname(fileURLToPath(import.meta.url)), 'test.mjs');
const given = process.argv.slice(2);
const onZooKeeper = given.includes('--zookeeper');
const run = spawnSync(process.execPath, [test, ...given.filter((argument) => argument !== '--zookeeper')], {
  env: {
    ...process.env,
    VICI_TEST_BUS: 'kafka',
    VICI_REQUIRE_KAFKA: '1',
    ...(onZooKeeper && { VICI_TEST_KAFKA: 'zookeeper' }),
  },
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
