import {
  type ExperimentArm,
  type ExperimentRate,
  MerchandisingKind,
  type MerchandisingRule,
  type MerchandisingRuleFields,
  Placement,
} from '@vici/proto-gen/recommendation';
import { z } from 'zod';
import { id, optionalText } from '../rest/fields.js';
import { instant, toInstant } from '../rest/shapes.js';
import type { CsvColumn } from '../streaming/csv-export.js';
import { fieldColumns } from './list-export.js';

export const KINDS = ['PIN', 'BOOST'] as const;
export const PLACEMENTS = [
  'USER',
  'SESSION',
  'SIMILAR',
  'FREQUENTLY_BOUGHT',
  'RELATED',
  'TRENDING',
  'POPULAR',
  'NEW_ARRIVALS',
] as const;
const LAST_POSITION = 100;

const moment = z.iso.datetime({ offset: true }).transform((written) => new Date(written));

export const merchandisingBody = z
  .object({
    kind: z.enum(KINDS),
    productId: id,
    placement: z.enum(PLACEMENTS).nullish().describe('Everywhere where it is missing.'),
    categoryId: id.nullish().describe('Only in lists of this category.'),
    position: z
      .int()
      .min(1)
      .max(LAST_POSITION)
      .nullish()
      .describe('PIN: its place, from 1; 1 where it is missing.'),
    factor: z
      .number()
      .min(0.1)
      .max(10)
      .nullish()
      .describe('BOOST: how much higher it ranks, 2 where it is missing; lower below 1.'),
    startsAt: moment.nullish(),
    endsAt: moment.nullish().describe('Not included.'),
    note: optionalText(500),
  })
  .refine(({ startsAt, endsAt }) => !startsAt || !endsAt || startsAt < endsAt, {
    path: ['endsAt'],
    message: 'must be after startsAt',
  });

export const merchandisingShape = z
  .object({
    id: z.uuid(),
    kind: z.enum(KINDS),
    productId: z.uuid(),
    placement: z.enum(PLACEMENTS).optional(),
    categoryId: z.uuid().optional(),
    position: z.int().optional(),
    factor: z.number().optional(),
    startsAt: instant.optional(),
    endsAt: instant.optional(),
    note: z.string().optional(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'MerchandisingRule' });

export function toFields(body: z.output<typeof merchandisingBody>): MerchandisingRuleFields {
  const { kind, productId, placement, categoryId, position, factor, startsAt, endsAt, note } = body;
  return {
    kind: kind === 'PIN' ? MerchandisingKind.PIN : MerchandisingKind.BOOST,
    productId,
    placement: placement ? Placement[placement] : Placement.UNSPECIFIED,
    categoryId: categoryId ?? undefined,
    position: position ?? 1,
    factor: factor ?? 2,
    startsAt: startsAt ?? undefined,
    endsAt: endsAt ?? undefined,
    note: note ?? '',
  };
}

/** @throws Error for a rule without fields, which the contract forbids */
export function toMerchandisingRule(rule: MerchandisingRule): z.output<typeof merchandisingShape> {
  const { fields } = rule;
  if (fields === undefined) throw new Error('A merchandising rule came without its fields');
  const isPin = fields.kind === MerchandisingKind.PIN;
  const placement = PLACEMENTS.find((name) => Placement[name] === fields.placement);
  return {
    id: rule.id,
    kind: isPin ? 'PIN' : 'BOOST',
    productId: fields.productId,
    ...(placement !== undefined && { placement }),
    ...(fields.categoryId !== undefined && { categoryId: fields.categoryId }),
    ...(isPin ? { position: fields.position } : { factor: fields.factor }),
    ...(fields.startsAt !== undefined && { startsAt: toInstant(fields.startsAt) }),
    ...(fields.endsAt !== undefined && { endsAt: toInstant(fields.endsAt) }),
    ...(fields.note !== '' && { note: fields.note }),
    createdAt: toInstant(rule.createdAt),
    updatedAt: toInstant(rule.updatedAt),
  };
}

const rateShape = z
  .object({
    answers: z.int(),
    rate: z.number(),
    low: z.number(),
    high: z.number(),
  })
  .describe('Answers with the outcome, their share of those shown, and its 95 % confidence interval.');

export const experimentArmShape = z
  .object({
    experiment: z.string(),
    arm: z.string(),
    algorithm: z.string().optional().describe('Missing for an arm that no longer runs.'),
    share: z.number().describe('Of the shoppers, 0 to 1.'),
    served: z.int().describe('Answers shown.'),
    clickThrough: rateShape,
    addToCart: rateShape,
    purchase: rateShape,
  })
  .meta({ id: 'ExperimentArm' });

export function toExperimentArm(arm: ExperimentArm): z.output<typeof experimentArmShape> {
  return {
    experiment: arm.experiment,
    arm: arm.arm,
    ...(arm.algorithm !== '' && { algorithm: arm.algorithm }),
    share: arm.share,
    served: Number(arm.served),
    clickThrough: toRate(arm.clicked),
    addToCart: toRate(arm.addedToCart),
    purchase: toRate(arm.purchased),
  };
}

function toRate(rate: ExperimentRate | undefined): z.output<typeof rateShape> {
  if (rate === undefined) throw new Error('An arm of an experiment came without its rates');
  return { answers: Number(rate.answers), rate: rate.rate, low: rate.low, high: rate.high };
}

/** A rule as a row of an export. */
export const MERCHANDISING_COLUMNS = fieldColumns(
  'id',
  'kind',
  'productId',
  'placement',
  'categoryId',
  'position',
  'factor',
  'startsAt',
  'endsAt',
  'note',
  'createdAt',
  'updatedAt',
);

type Arm = z.output<typeof experimentArmShape>;

function rateColumns(
  name: 'clickThrough' | 'addToCart' | 'purchase',
): readonly CsvColumn<Pick<Arm, typeof name>>[] {
  return [
    { header: name, value: (arm) => arm[name].answers },
    { header: `${name}Rate`, value: (arm) => arm[name].rate },
    { header: `${name}Low`, value: (arm) => arm[name].low },
    { header: `${name}High`, value: (arm) => arm[name].high },
  ];
}

/** An arm of an experiment as a row of an export. */
export const EXPERIMENT_COLUMNS: readonly CsvColumn<Arm>[] = [
  ...fieldColumns('experiment', 'arm', 'algorithm', 'share', 'served'),
  ...rateColumns('clickThrough'),
  ...rateColumns('addToCart'),
  ...rateColumns('purchase'),
];
