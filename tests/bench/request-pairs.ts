import autocannon from 'autocannon';
import { z } from 'zod';
import { Shopper } from '../support/api.ts';
import { isUrl, say } from './bench-shop.ts';
import { type Measurement, median, middleOf } from './measure.ts';
import { type Served, serve } from './served.ts';

/** Short, and many: what slows the machine down for a moment falls on both sides of some pairs, which the median leaves out. */
const SLICE_SECONDS = 1;
const ROUNDS = 11;
/** Enough for nobody to reach a limit: each may ask 600 times a minute, signed in and as a guest. */
const PEOPLE = 600;
const LANES = 8;
/**
 * A kept answer, where nothing but admission is left to do, on a gateway at rest and at work; and one that a service is
 * asked for. It has to be the same work for both: a cart is not, as a user's is looked for among the guests' as well.
 */
const CASES = [
  { path: '/products?limit=20', connections: 20 },
  { path: '/products?limit=20', connections: 100 },
  { path: '/auth/oidc/providers', connections: 20 },
];

const workSchema = z.object({ cpuMs: z.number() });
const isWork = (value: unknown): value is z.output<typeof workSchema> => workSchema.safeParse(value).success;

/** Somebody's headers as a guest and signed in: the same but for the token. */
interface Person {
  readonly guest: Readonly<Record<string, string>>;
  readonly signedIn: Readonly<Record<string, string>>;
}
type Side = keyof Person;

interface Slice extends Measurement {
  /** Microseconds of processor time of the whole of Vici for each request. */
  readonly cpuMicros: number;
  readonly bytes: number;
}

/**
 * The same requests from guests and from signed-in people, in turns. Limits are those of production, and counted for each
 * person: one visitor who may ask without end would have requests counted ahead, which nobody in production has.
 */
export async function measurePairs(): Promise<Measurement[]> {
  const env = JSON.stringify({
    RATE_LIMIT_MULTIPLIER: '1',
    TRUSTED_PROXIES: '127.0.0.1',
    LOG_LEVEL: 'error',
  });
  const stack = await serve('./stack.server.ts', env, say, isUrl);
  try {
    const people = await everybody(stack.address);
    const measurements: Measurement[] = [];
    for (const { path, connections } of CASES) {
      measurements.push(...(await measurePair(stack, people, path, connections)));
    }
    return measurements;
  } finally {
    await stack.stop();
  }
}

async function everybody(api: string): Promise<Person[]> {
  const people: Person[] = [];
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < PEOPLE; index += LANES) {
      const shopper = new Shopper(api);
      const address = `10.7.${Math.floor(index / 250)}.${(index % 250) + 1}`;
      const { status, data } = await shopper.register({ 'x-forwarded-for': address });
      if (status !== 201) throw new Error(`A registration was answered ${status}`);
      const guest = { 'x-session-id': shopper.sessionId, 'x-forwarded-for': address };
      people.push({ guest, signedIn: { ...guest, authorization: `Bearer ${data.accessToken}` } });
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
  return people;
}

async function measurePair(
  stack: Served<string>,
  people: readonly Person[],
  path: string,
  connections: number,
): Promise<Measurement[]> {
  const slices: Record<Side, Slice[]> = { guest: [], signedIn: [] };
  const measure = (side: Side) =>
    measureSlice(
      stack,
      `${stack.address}/api${path}`,
      people.map((person) => person[side]),
      connections,
    );
  for (const side of ['guest', 'signedIn'] as const) await measure(side);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Whoever comes second has a warmer machine, or a more tired one: so they change places.
    const order: readonly Side[] = round % 2 === 0 ? ['guest', 'signedIn'] : ['signedIn', 'guest'];
    for (const side of order) slices[side].push(await measure(side));
  }
  say(verdict(path, connections, slices));
  return [
    { ...middleOf(slices.guest), name: `GET ${path}, ${connections} guests` },
    { ...middleOf(slices.signedIn), name: '  the same, signed in' },
  ];
}

function verdict(path: string, connections: number, { guest, signedIn }: Record<Side, Slice[]>): string {
  const more = (figure: (slice: Slice) => number) =>
    guest.map((slice, round) => {
      const other = signedIn[round] ?? slice;
      return 100 * (figure(other) / figure(slice) - 1);
    });
  const time = more(({ perSecond }) => 1 / perSecond).toSorted((left, right) => left - right);
  const cpu = more(({ cpuMicros }) => cpuMicros);
  const quarter = Math.floor(time.length / 4);
  const shown = (value: number | undefined) => `${(value ?? 0).toFixed(1)} %`;
  const micros = (side: readonly Slice[]) => Math.round(median(side.map(({ cpuMicros }) => cpuMicros)));
  const bytes = (side: readonly Slice[]) => Math.round(median(side.map((slice) => slice.bytes)));
  return (
    `GET ${path}, ${connections} connections: an authenticated request costs ${shown(median(time))} more ` +
    `(middle half of ${time.length} pairs: ${shown(time[quarter])} to ${shown(time.at(-1 - quarter))}), ` +
    `in processor time ${shown(median(cpu))} (${micros(guest)} and ${micros(signedIn)} µs), ` +
    `for answers of ${bytes(guest)} and ${bytes(signedIn)} bytes.`
  );
}

/** One slice; every connection asks for a part of the people in turn. */
async function measureSlice(
  stack: Served<string>,
  url: string,
  people: readonly Readonly<Record<string, string>>[],
  connections: number,
): Promise<Slice> {
  let opened = 0;
  const before = await stack.ask(isWork);
  const result = await autocannon({
    url,
    connections,
    duration: SLICE_SECONDS,
    setupClient: (client) => {
      const own = people.filter((_, index) => index % connections === opened);
      opened += 1;
      client.setRequests(own.map((headers) => ({ headers })));
    },
  });
  const after = await stack.ask(isWork);
  const { total } = result.requests;
  return {
    name: url,
    perSecond: total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
    cpuMicros: (1000 * (after.cpuMs - before.cpuMs)) / total,
    bytes: result.throughput.total / total,
  };
}
