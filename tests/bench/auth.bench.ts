// `npm run bench:auth [seconds] [requests|logins]`: what authentication adds to a request at the gateway, and how many logins a second the
// shop takes beside what bcrypt alone gives, each pair in one run.
import { z } from 'zod';
import { Shopper } from '../support/api.ts';
import { type Measurement, measureGet, measureWork, printTable } from './measure.ts';
import { serve } from './served.ts';

const seconds = Number(process.argv[2] ?? 4);
const only = process.argv[3];
const isCase = only === undefined || only === 'requests' || only === 'logins';
if (!Number.isInteger(seconds) || seconds < 1 || !isCase) {
  console.error('Usage: npm run bench:auth [seconds per slice] [requests|logins]');
  process.exit(2);
}

/** Public and authenticated slices take turns, so that a busy moment of the machine falls on both. */
const ROUNDS = 5;
/** As in production. */
const BCRYPT_COST = 12;
const LANES = 8;
/** A kept answer, where nothing but admission is left to do, on a gateway at rest and at work; and an ordinary request. */
const REQUESTS = [
  { path: '/products?limit=20', connections: 20 },
  { path: '/products?limit=20', connections: 100 },
  { path: '/cart', connections: 20 },
];
const speedSchema = z.object({ perSecond: z.number(), p50: z.number(), p99: z.number() });
type Speed = z.output<typeof speedSchema>;

const say = (sentence: string) => console.log(sentence);
const isUrl = (value: unknown): value is string => typeof value === 'string';
const isSpeed = (value: unknown): value is Speed => speedSchema.safeParse(value).success;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The slices of one case as one measurement: the middle one of each figure. */
function middleOf(slices: readonly Measurement[]): Measurement {
  const pick = (figure: (slice: Measurement) => number) => median(slices.map(figure));
  return {
    name: slices[0]?.name ?? '',
    perSecond: pick((slice) => slice.perSecond),
    p50: pick((slice) => slice.p50),
    p99: pick((slice) => slice.p99),
    failed: slices.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** The same request from a guest and from somebody signed in; limits count both. */
async function measureRequest(api: string, path: string, connections: number): Promise<Measurement[]> {
  const { data } = await new Shopper(api).register();
  const headers = { authorization: `Bearer ${data.accessToken}` };
  const url = `${api}/api${path}`;
  const guest: Measurement[] = [];
  const user: Measurement[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    guest.push(await measureGet(`GET ${path}, ${connections} guests`, url, seconds, { connections }));
    user.push(await measureGet('  the same, signed in', url, seconds, { connections, headers }));
  }
  const pair = [middleOf(guest), middleOf(user)];
  const [open, signedIn] = pair.map(({ perSecond }) => 1 / perSecond);
  const more = (100 * ((signedIn ?? 0) / (open ?? 1) - 1)).toFixed(1);
  say(`GET ${path}, ${connections} connections: an authenticated request costs ${more} % more.`);
  return pair;
}

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

// Limits are counted, as in production, and never reached.
const env = JSON.stringify({ RATE_LIMIT_MULTIPLIER: '1000000', BCRYPT_COST: String(BCRYPT_COST) });
const stack = await serve('./stack.server.ts', env, say, isUrl);
try {
  const measurements: Measurement[] = [];
  for (const { path, connections } of only === 'logins' ? [] : REQUESTS) {
    measurements.push(...(await measureRequest(stack.address, path, connections)));
  }
  if (only !== 'requests') measurements.push(...(await measureLogins(stack.address)));
  printTable(measurements);
} finally {
  await stack.stop();
}
