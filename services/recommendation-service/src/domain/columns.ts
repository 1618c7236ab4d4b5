const FIRST_CAPACITY = 256;

/** How the values of a column lie in memory. */
export type ColumnKind = 'ints' | 'floats' | 'texts';

/** One column as bytes; texts are told apart by a column of lengths beside them. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly bytes: Uint8Array;
}

type Numbers = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A column of numbers that grows value by value. */
export class NumberColumn {
  #values: Numbers;
  #length = 0;

  constructor(kind: 'ints' | 'floats') {
    this.#values = kind === 'ints' ? new Int32Array(FIRST_CAPACITY) : new Float64Array(FIRST_CAPACITY);
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#values.buffer, 0, this.#length * this.#values.BYTES_PER_ELEMENT);
  }

  #grow(): void {
    const capacity = 2 * this.#length;
    const grown = this.#values instanceof Int32Array ? new Int32Array(capacity) : new Float64Array(capacity);
    grown.set(this.#values);
    this.#values = grown;
  }
}

/** A column of texts that grows text by text. */
export class TextColumn {
  readonly lengths = new NumberColumn('ints');
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  push(text: string): void {
    const encoded = new TextEncoder().encode(text);
    if (this.#length + encoded.length > this.#bytes.length) this.#grow(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
    this.lengths.push(encoded.length);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(by: number): void {
    const grown = new Uint8Array(2 * this.#bytes.length + by);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Named columns to put an index away in. */
export class ColumnWriter {
  readonly #numbers = new Map<string, { readonly kind: 'ints' | 'floats'; readonly column: NumberColumn }>();
  readonly #texts = new Map<string, TextColumn>();

  /** Whole numbers of 32 bits. */
  ints(name: string): NumberColumn {
    return this.#add(name, 'ints');
  }

  floats(name: string): NumberColumn {
    return this.#add(name, 'floats');
  }

  texts(name: string): TextColumn {
    const column = new TextColumn();
    this.#texts.set(name, column);
    return column;
  }

  columns(): Column[] {
    const numbers = [...this.#numbers].map(([name, { kind, column }]) => ({
      name,
      kind,
      bytes: column.bytes,
    }));
    const texts = [...this.#texts].flatMap(([name, column]): Column[] => [
      { name, kind: 'texts', bytes: column.bytes },
      { name: lengthsOf(name), kind: 'ints', bytes: column.lengths.bytes },
    ]);
    return [...numbers, ...texts];
  }

  #add(name: string, kind: 'ints' | 'floats'): NumberColumn {
    const column = new NumberColumn(kind);
    this.#numbers.set(name, { kind, column });
    return column;
  }
}

/** The columns that a {@link ColumnWriter} wrote. */
export class ColumnReader {
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(columns: readonly Column[]) {
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  /** @throws RangeError when there is no such column */
  ints(name: string): Int32Array {
    return new Int32Array(this.#aligned(name, 'ints'));
  }

  /** @throws RangeError when there is no such column */
  floats(name: string): Float64Array {
    return new Float64Array(this.#aligned(name, 'floats'));
  }

  /** One after the other. @throws RangeError when there is no such column */
  *texts(name: string): Generator<string> {
    const bytes = this.#bytes(name, 'texts');
    const decoder = new TextDecoder();
    let from = 0;
    for (const length of this.ints(lengthsOf(name))) {
      yield decoder.decode(bytes.subarray(from, from + length));
      from += length;
    }
  }

  #bytes(name: string, kind: ColumnKind): Uint8Array {
    const column = this.#columns.get(name);
    if (column?.kind !== kind) throw new RangeError(`There is no column ${name} of ${kind}`);
    return column.bytes;
  }

  /** Numbers are read from a place that their size divides. */
  #aligned(name: string, kind: 'ints' | 'floats'): ArrayBuffer {
    return new Uint8Array(this.#bytes(name, kind)).buffer;
  }
}

const lengthsOf = (name: string) => `${name}.lengths`;

/** Takes the values of a column in turn. */
export class Cursor {
  readonly #values: ArrayLike<number>;
  #next = 0;

  constructor(values: ArrayLike<number>) {
    this.#values = values;
  }

  get ended(): boolean {
    return this.#next >= this.#values.length;
  }

  /** @throws RangeError past the end */
  take(): number {
    const value = this.#values[this.#next];
    if (value === undefined) throw new RangeError('A column ends too early');
    this.#next += 1;
    return value;
  }

  many(count: number): number[] {
    return Array.from({ length: count }, () => this.take());
  }
}
