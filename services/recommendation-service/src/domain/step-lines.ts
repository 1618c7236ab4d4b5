import type { StepList } from './session-steps.js';

/** A line is as long as what a processor fetches from memory at once: 64 bytes, sixteen integers or eight floats. */
const INTS = 16;
const FLOATS = INTS / 2;
/** The last integer of a line is the number of the line that goes on from it. */
const NEXT = INTS - 1;

/** Lines are made 4,096 at a time, so that growing never takes long. */
const CHUNK_BITS = 12;
const PER_CHUNK = 2 ** CHUNK_BITS;
const WITHIN_CHUNK = PER_CHUNK - 1;

const NO_INTS = new Int32Array(0);
const NO_FLOATS = new Float64Array(0);

/** What {@link StepLines.next} gives where nothing goes on from a line. */
export const NO_LINE = 0;

/**
 * Numbered lines of memory that hold steps from the integer `first` on, before it whatever else belongs to a session. The
 * times of the steps lie apart: no prediction reads them.
 */
export class StepLines {
  /** Steps that fit into a line. */
  readonly room: number;
  readonly #first: number;
  readonly #ints: Int32Array[] = [];
  /** The same bytes. */
  readonly #floats: Float64Array[] = [];
  readonly #times: Float64Array[] = [];
  #size = 0;

  constructor(first: number) {
    this.#first = first;
    this.room = NEXT - first;
  }

  get size(): number {
    return this.#size;
  }

  /** Makes an empty line, the number of which is the size before. */
  add(): number {
    if (this.#size >> CHUNK_BITS === this.#ints.length) {
      const lines = new ArrayBuffer(PER_CHUNK * INTS * Int32Array.BYTES_PER_ELEMENT);
      this.#ints.push(new Int32Array(lines));
      this.#floats.push(new Float64Array(lines));
      this.#times.push(new Float64Array(PER_CHUNK * this.room));
    }
    this.#size += 1;
    return this.#size - 1;
  }

  int(line: number, place: number): number {
    return this.#intsOf(line)[intAt(line) + place] ?? 0;
  }

  setInt(line: number, place: number, value: number): void {
    this.#intsOf(line)[intAt(line) + place] = value;
  }

  float(line: number, place: number): number {
    return this.#floatsOf(line)[floatAt(line) + place] ?? 0;
  }

  setFloat(line: number, place: number, value: number): void {
    this.#floatsOf(line)[floatAt(line) + place] = value;
  }

  /** Adds to the float and gives what it was before. */
  addFloat(line: number, place: number, amount: number): number {
    const floats = this.#floatsOf(line);
    const at = floatAt(line) + place;
    const before = floats[at] ?? 0;
    floats[at] = before + amount;
    return before;
  }

  next(line: number): number {
    return this.int(line, NEXT);
  }

  setNext(line: number, next: number): void {
    this.setInt(line, NEXT, next);
  }

  /** Time of the step at the place in the line. */
  time(line: number, place: number): number {
    return this.#timesOf(line)[this.#timeAt(line) + place] ?? 0;
  }

  /** Copies the first steps of the line, at most {@link room}, to `into` from the place `to` on. */
  readSteps(line: number, count: number, into: Int32Array, to: number): void {
    const ints = this.#intsOf(line);
    const from = intAt(line) + this.#first;
    // One by one, here and below: for so few, set() takes longer.
    for (let place = 0; place < count; place += 1) into[to + place] = ints[from + place] ?? 0;
  }

  /** The same of the times. */
  readTimes(line: number, count: number, into: Float64Array, to: number): void {
    const times = this.#timesOf(line);
    const from = this.#timeAt(line);
    for (let place = 0; place < count; place += 1) into[to + place] = times[from + place] ?? 0;
  }

  /** Puts so many steps of the list, from the place `from` on, into the line. */
  write(line: number, count: number, list: StepList, from: number): void {
    const [ints, times] = [this.#intsOf(line), this.#timesOf(line)];
    const [stepsAt, timesAt] = [intAt(line) + this.#first, this.#timeAt(line)];
    for (let place = 0; place < count; place += 1) {
      ints[stepsAt + place] = list.step(from + place);
      times[timesAt + place] = list.time(from + place);
    }
  }

  #intsOf(line: number): Int32Array {
    return this.#ints[line >> CHUNK_BITS] ?? NO_INTS;
  }

  #floatsOf(line: number): Float64Array {
    return this.#floats[line >> CHUNK_BITS] ?? NO_FLOATS;
  }

  #timesOf(line: number): Float64Array {
    return this.#times[line >> CHUNK_BITS] ?? NO_FLOATS;
  }

  #timeAt(line: number): number {
    return (line & WITHIN_CHUNK) * this.room;
  }
}

const intAt = (line: number): number => (line & WITHIN_CHUNK) * INTS;
const floatAt = (line: number): number => (line & WITHIN_CHUNK) * FLOATS;
