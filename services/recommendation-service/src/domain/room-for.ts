const FIRST_CAPACITY = 1024;

type Floats = Float64Array<ArrayBuffer>;

/** The values themselves where they reach to the place; else a copy that does, further on filled with `empty`. */
export function roomFor(place: number, values: Floats, empty: number): Floats {
  if (place < values.length) return values;
  const grown = new Float64Array(Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(place + 2))));
  grown.fill(empty, values.length);
  grown.set(values);
  return grown;
}
