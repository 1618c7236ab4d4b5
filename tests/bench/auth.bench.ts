// `npm run bench:auth [seconds per slice of logins] [requests|logins]`: what authentication adds to a request at the gateway, and how
// many logins a second the shop takes beside what bcrypt alone gives, each pair in one run.
import { z } from 'zod';
import { Shopper } from '../support/api.ts';
import { isUrl, say } from './bench-shop.ts';
import { type Measurement, measureWork, middleOf, printTable } from './measure.ts';
import { measurePairs } from './request-pairs.ts';
import { serve } from './served.ts';

const seconds = Number(process.argv[2] ?? 4);
const only = process.argv[3];
const isCase = only === undefined || only === 'requests' || only === 'logins';
if (!Number.isInteger(seconds) || seconds < 1 || !isCase) {
  console.error('Usage: npm run bench:auth [seconds per slice of logins] [requests|logins]');
  process.exit(2);
}

/** Logins and bcrypt take turns, so that a busy moment of the machine falls on both. */
const ROUNDS = 5;
/** As in production. */
const BCRYPT_COST = 12;
const LANES = 8;
const speedSchema = z.object({ perSecond: z.number(), p50: z.number(), p99: z.number() });
type Speed = z.output<typeof speedSchema>;

const isSpeed = (value: unknown): value is Speed => speedSchema.safeParse(value).success;

/** Logins over HTTP, and bcrypt in a process of its own right after. */
async function measureLogins(api: string): Promise<Measurement[]> {
  const shoppers = await Promise.all(
    Array.from({ length: LANES }, async () => {
      const shopper = new Shopper(api);
      await shopper.register();
      return shopper;
    }),
  );
  const logins: Measurement[] = [];
  const alone: Measurement[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    logins.push(
      await measureWork('POST /auth/login', seconds, LANES, async (lane) => {
        const shopper = shoppers[lane];
        const answer = await shopper?.post('/auth/login', {
          email: shopper.email,
          password: 'difference engine',
        });
        if (answer?.status !== 200) throw new Error(`login answered ${answer?.status} ${answer?.body.error}`);
      }),
    );
    const bcrypt = await serve('./bcrypt.server.ts', `${BCRYPT_COST} ${seconds}`, say, isSpeed);
    alone.push({ name: `  bcrypt alone, cost ${BCRYPT_COST}`, failed: 0, ...bcrypt.address });
    await bcrypt.stop();
  }
  const pair = [middleOf(logins), middleOf(alone)];
  const [own, reference] = pair.map(({ perSecond }) => perSecond);
  say(`Logins reach ${(100 * ((own ?? 0) / (reference ?? 1))).toFixed(1)} % of bcrypt alone.`);
  return pair;
}

const measurements: Measurement[] = [];
if (only !== 'logins') measurements.push(...(await measurePairs()));
if (only !== 'requests') {
  // Limits are counted, and never reached.
  const env = JSON.stringify({ RATE_LIMIT_MULTIPLIER: '1000000', BCRYPT_COST: String(BCRYPT_COST) });
  const stack = await serve('./stack.server.ts', env, say, isUrl);
  try {
    measurements.push(...(await measureLogins(stack.address)));
  } finally {
    await stack.stop();
  }
}
printTable(measurements);
