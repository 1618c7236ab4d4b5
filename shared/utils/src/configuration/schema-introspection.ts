import { z } from 'zod';

/** What one key of a configuration schema says about itself. */
export interface KeyDescription {
  readonly key: string;
  /** The kind a text must be turned into before the schema checks it. */
  readonly kind: 'number' | 'boolean' | 'list' | 'text';
  /** Whether the service does not start without a value. */
  readonly required: boolean;
  readonly secret: boolean;
  readonly description: string | undefined;
  readonly defaultValue: unknown;
  readonly choices: readonly string[] | undefined;
}

/** Every key of the schema, in the order it was written. */
export function describeKeys(schema: z.ZodObject): KeyDescription[] {
  return Object.entries(schema.shape).map(([key, field]) => describeKey(key, field));
}

function describeKey(key: string, field: z.core.$ZodType): KeyDescription {
  const layers = unwrap(field);
  const core = layers.at(-1) ?? field;
  const metadata = layers.map((layer) => z.globalRegistry.get(layer));
  const defaulted = layers.find((layer) => layer instanceof z.ZodDefault);
  return {
    key,
    kind: kindOf(core),
    required: !z.safeParse(field, undefined).success,
    secret: metadata.some((meta) => meta?.secret === true),
    description: metadata.find((meta) => meta?.description !== undefined)?.description,
    defaultValue: defaulted?.def.defaultValue,
    choices: core instanceof z.ZodEnum ? core.options.map(String) : undefined,
  };
}

/** The schema and what it wraps (default, optional, nullable, a pipe's input), outermost first. */
function unwrap(field: z.core.$ZodType): z.core.$ZodType[] {
  const layers: z.core.$ZodType[] = [];
  let layer: z.core.$ZodType | undefined = field;
  while (layer !== undefined) {
    layers.push(layer);
    layer = innerOf(layer);
  }
  return layers;
}

function innerOf(layer: z.core.$ZodType): z.core.$ZodType | undefined {
  if (
    layer instanceof z.ZodDefault ||
    layer instanceof z.ZodPrefault ||
    layer instanceof z.ZodOptional ||
    layer instanceof z.ZodNullable ||
    layer instanceof z.ZodReadonly ||
    layer instanceof z.ZodCatch
  ) {
    return layer.def.innerType;
  }
  return layer instanceof z.ZodPipe ? layer.def.in : undefined;
}

function kindOf(core: z.core.$ZodType): KeyDescription['kind'] {
  if (core instanceof z.ZodNumber) {
    return 'number';
  }
  if (core instanceof z.ZodBoolean) {
    return 'boolean';
  }
  return core instanceof z.ZodArray ? 'list' : 'text';
}
