// bcrypt alone, on every thread of Node's pool: how many passwords a second this machine can check at best. Its argument
// is the cost and the seconds.
import bcrypt from 'bcrypt';
import { measureWork } from './measure.ts';
import { report, untilReleased } from './served.ts';

/** The pool of Node has four threads. */
const LANES = 4;
const [cost = 10, seconds = 5] = (process.argv[2] ?? '').split(' ').map(Number);

untilReleased(async () => undefined);
const hash = await bcrypt.hash('difference engine', cost);
const { perSecond, p50, p99 } = await measureWork('bcrypt', seconds, LANES, async () => {
  await bcrypt.compare('difference engine', hash);
});
report({ address: { perSecond, p50, p99 } });
