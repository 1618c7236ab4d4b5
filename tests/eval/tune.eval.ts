// `npm run eval:tune -- --data <folder> [--data <folder> …]`: tries settings of the shipped blend, one away from the
// defaults at a time, on the last part of the TRAINING sessions. Test files are never read for it.
import { parseArgs } from 'node:util';
import {
  BLEND_DEFAULTS,
  SEQUENTIAL_RULES_DEFAULTS,
  SessionBlend,
  type SessionBlendOptions,
  VSTAN_DEFAULTS,
} from '@vici/recommendation-service/algorithms';
import { DataError, readSessionData, type Session } from './session-data.ts';
import { evaluate, learnedIndex, type Score } from './session-protocol.ts';

/** Share of the training sessions, the latest ones, that is predicted. */
const VALIDATION_SHARE = 0.08;
/** Sessions asked about; spread evenly over the validation part. */
const ASKED = 4_000;

const TRIALS: Readonly<Record<string, readonly SessionBlendOptions[]>> = {
  defaults: [{}],
  neighbours: [50, 200, 500].map((neighbours) => ({ neighbours })),
  queryItems: [5, 20].map((queryItems) => ({ queryItems })),
  positionDecay: [2, 3, 6, 8].map((positionDecay) => ({ positionDecay })),
  ageDecay: [0.3, 0.5, 1, 2].map((ageDecay) => ({ ageDecay })),
  distanceDecay: [5, 20].map((distanceDecay) => ({ distanceDecay })),
  matchDecay: [2, 3, 6].map((matchDecay) => ({ matchDecay })),
  lengthPower: [0, 0.15, 0.5].map((lengthPower) => ({ lengthPower })),
  rulesShare: [0, 0.1, 0.4, 0.6].map((rulesShare) => ({ rulesShare })),
  repeatWeight: [2, 5].map((repeatWeight) => ({ repeatWeight })),
  rules: [{ backwards: 0 }, { backwards: 0.5 }, { queryItems: 1 }, { queryItems: 4 }].map((rules) => ({
    rules,
  })),
};

interface Validation {
  readonly index: ReturnType<typeof learnedIndex>;
  readonly asked: readonly Session[];
  readonly every: number;
}

/** Learns from the earlier training sessions; what only the later ones hold is taken out of them. */
async function validationOf(folder: string): Promise<Validation> {
  const { train } = await readSessionData(folder, {});
  const cut = Math.floor(train.length * (1 - VALIDATION_SHARE));
  const earlier = train.slice(0, cut);
  const known = new Set(earlier.flatMap(({ items }) => items));
  const asked = train
    .slice(cut)
    .map((session) => ({ ...session, items: session.items.filter((item) => known.has(item)) }))
    .filter(({ items }) => items.length > 1);
  return { index: learnedIndex(earlier), asked, every: Math.max(1, Math.floor(asked.length / ASKED)) };
}

function tryOut({ index, asked, every }: Validation, options: SessionBlendOptions): Score[] {
  const blend = new SessionBlend(index.sessions, options, index.items.byId);
  return (['static', 'novel'] as const).flatMap((protocol) =>
    evaluate(index, { blend }, asked, { protocol, minPrefix: 1, every }),
  );
}

const { values } = parseArgs({ options: { data: { type: 'string', multiple: true } } });
if (values.data === undefined) {
  console.error('Usage: npm run eval:tune -- --data <folder> [--data <folder> …]');
  process.exit(2);
}
try {
  const validations = await Promise.all(values.data.map(validationOf));
  const all = { ...BLEND_DEFAULTS, ...VSTAN_DEFAULTS, rules: SEQUENTIAL_RULES_DEFAULTS };
  console.log(`Defaults: ${JSON.stringify(all)}`);
  console.log('Per folder: HR@20 and MRR@20 static, then novel; last the mean of them all.');
  for (const options of Object.values(TRIALS).flat()) {
    const scores = validations.map((validation) => tryOut(validation, options));
    const cells = scores.map((own) =>
      own
        .map(({ hitRate, reciprocalRank }) => `${hitRate.toFixed(4)} ${reciprocalRank.toFixed(4)}`)
        .join('  '),
    );
    const figures = scores.flat().flatMap(({ hitRate, reciprocalRank }) => [hitRate, reciprocalRank]);
    const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
    console.log(`${JSON.stringify(options).padEnd(32)} ${cells.join(' | ')} | ${mean.toFixed(4)}`);
  }
} catch (error) {
  if (!(error instanceof DataError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
