import type { StepList } from './session-steps.js';
import { NO_LINE, StepLines } from './step-lines.js';

/** Where the parts of a record lie in its line: the first two are floats, the third is an integer, the steps follow. */
const VOTES = 0;
const CHANGED = 1;
const LENGTH = 4;
const STEPS = 5;

/**
 * What is kept of each session, by its slot. What a prediction reads of one lies side by side, in one line of memory as
 * long as it has no more than ten steps: a prediction looks at a thousand sessions out of hundreds of thousands, and what
 * takes its time is not to compute but to wait for memory, here once for each of them. Longer sessions go on in further
 * lines.
 */
export class SessionRecords {
  readonly #heads = new StepLines(STEPS);
  readonly #tails = new StepLines(0);
  readonly #freeTails: number[] = [];

  constructor() {
    // The number that means no line is nobody's.
    this.#tails.add();
  }

  /** Slots that have a record: from 0 to below this. */
  get size(): number {
    return this.#heads.size;
  }

  /** Makes an empty record in the next slot, and gives the slot. */
  add(): number {
    return this.#heads.add();
  }

  /** How many steps the session has. */
  length(slot: number): number {
    return this.#heads.int(slot, LENGTH);
  }

  /** When the session last changed, in interactions. */
  changed(slot: number): number {
    return this.#heads.float(slot, CHANGED);
  }

  setChanged(slot: number, moment: number): void {
    this.#heads.setFloat(slot, CHANGED, moment);
  }

  /** Adds to the votes for the session in the current count, and gives those it had before. */
  vote(slot: number, amount: number): number {
    return this.#heads.addFloat(slot, VOTES, amount);
  }

  /** Gives the votes and clears them. */
  takeVotes(slot: number): number {
    const votes = this.#heads.float(slot, VOTES);
    this.#heads.setFloat(slot, VOTES, 0);
    return votes;
  }

  /** Time of the last step, milliseconds since the epoch; 0 where there is none. */
  lastAt(slot: number): number {
    let last = this.length(slot) - 1;
    if (last < this.#heads.room) return last < 0 ? 0 : this.#heads.time(slot, last);
    let line = this.#heads.next(slot);
    for (last -= this.#heads.room; last >= this.#tails.room; last -= this.#tails.room) {
      line = this.#tails.next(line);
    }
    return this.#tails.time(line, last);
  }

  /** Copies the steps to the beginning of `into`, which must have room for them, and gives their number. */
  readSteps(slot: number, into: Int32Array): number {
    const length = this.length(slot);
    this.#heads.readSteps(slot, Math.min(length, this.#heads.room), into, 0);
    let line = this.#heads.next(slot);
    for (let read = this.#heads.room; read < length; read += this.#tails.room) {
      this.#tails.readSteps(line, Math.min(length - read, this.#tails.room), into, read);
      line = this.#tails.next(line);
    }
    return length;
  }

  /** Copies steps and times into the list. */
  read(slot: number, into: StepList): void {
    into.length = this.readSteps(slot, into.steps);
    this.#heads.readTimes(slot, Math.min(into.length, this.#heads.room), into.times, 0);
    let line = this.#heads.next(slot);
    for (let read = this.#heads.room; read < into.length; read += this.#tails.room) {
      this.#tails.readTimes(line, Math.min(into.length - read, this.#tails.room), into.times, read);
      line = this.#tails.next(line);
    }
  }

  /** Puts the steps and times of the list in place of the session's. */
  write(slot: number, list: StepList): void {
    this.#heads.setInt(slot, LENGTH, list.length);
    this.#heads.write(slot, Math.min(list.length, this.#heads.room), list, 0);
    let [lines, line] = [this.#heads, slot];
    for (let written = this.#heads.room; written < list.length; written += this.#tails.room) {
      [lines, line] = [this.#tails, this.#goOn(lines, line)];
      this.#tails.write(line, Math.min(list.length - written, this.#tails.room), list, written);
    }
    if (lines.next(line) !== NO_LINE) this.#cutOff(lines, line);
  }

  /** The line that goes on from the given one. */
  #goOn(lines: StepLines, line: number): number {
    const known = lines.next(line);
    if (known !== NO_LINE) return known;
    const tail = this.#freeTails.pop() ?? this.#tails.add();
    lines.setNext(line, tail);
    return tail;
  }

  /** Frees the lines that go on from the given one. */
  #cutOff(lines: StepLines, line: number): void {
    let tail = lines.next(line);
    lines.setNext(line, NO_LINE);
    while (tail !== NO_LINE) {
      const next = this.#tails.next(tail);
      this.#tails.setNext(tail, NO_LINE);
      this.#freeTails.push(tail);
      tail = next;
    }
  }
}
