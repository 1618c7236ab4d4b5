import { Histogram, type LabelValues } from 'prom-client';

type Labels = LabelValues<string>;

/** What was observed with the same labels. */
interface Series {
  readonly labels: Labels;
  /** By bucket; the last one is for what is above every bound. */
  readonly counts: number[];
  sum: number;
}

/** Leads to a series by the value of one label after the other. */
class ByLabel {
  series: Series | undefined;
  readonly #next = new Map<string | undefined, ByLabel>();

  at(value: string | number | undefined): ByLabel {
    const text = typeof value === 'number' ? String(value) : value;
    const known = this.#next.get(text);
    if (known !== undefined) return known;
    const made = new ByLabel();
    this.#next.set(text, made);
    return made;
  }
}

/**
 * prom-client's histogram, with series found by the values of their labels and buckets by their number. prom-client makes a
 * text of the labels and one of the bucket's bound for each observation, which costs ten times as much; here it has them when
 * it is read.
 */
export class CountedHistogram extends Histogram<string> {
  /** What prom-client reads; under which key does not matter to it. */
  declare readonly hashMap: Record<string, object>;
  declare readonly labelNames: readonly string[];
  declare readonly upperBounds: readonly number[];
  readonly #first = new ByLabel();
  readonly #all: Series[] = [];

  /** What prom-client's constructor makes `observe`. */
  observeWithoutExemplar(labels: Labels | number, value = Number.NaN): void {
    if (typeof labels === 'number') this.#count({}, labels);
    else this.#count(labels, value);
  }

  override labels(...given: (string | Labels)[]): Histogram.Internal<string> {
    const labels = this.#labelsOf(given);
    return {
      observe: (value) => this.#count(labels, value),
      startTimer: () => this.startTimer(labels),
    };
  }

  /** prom-client calls it before it reads. */
  collect(): void {
    for (const [index, { labels, counts, sum }] of this.#all.entries()) {
      const bucketValues = Object.fromEntries(this.upperBounds.map((bound, at) => [bound, counts[at]]));
      const count = counts.reduce((total, some) => total + some, 0);
      this.hashMap[this.labelNames.length === 0 ? '' : `series ${index}`] = {
        labels,
        bucketValues,
        sum,
        count,
      };
    }
  }

  #count(labels: Labels, value: number): void {
    if (!Number.isFinite(value)) throw new TypeError(`Value is not a valid number: ${value}`);
    const series = this.#seriesOf(labels);
    let bucket = 0;
    for (const bound of this.upperBounds) {
      if (value <= bound) break;
      bucket += 1;
    }
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  }

  #seriesOf(labels: Labels): Series {
    let found = this.#first;
    for (const name of this.labelNames) found = found.at(labels[name]);
    found.series ??= this.#begin(labels);
    return found.series;
  }

  /** @throws Error when it names a label that the histogram has not */
  #begin(labels: Labels): Series {
    const unknown = Object.keys(labels).find((name) => !this.labelNames.includes(name));
    if (unknown !== undefined) throw new Error(`The histogram has no label ${unknown}`);
    const series = { labels: { ...labels }, counts: [0, ...this.upperBounds.map(() => 0)], sum: 0 };
    this.#all.push(series);
    return series;
  }

  #labelsOf([first, ...others]: readonly (string | Labels)[]): Labels {
    if (typeof first === 'object') return first;
    const values = [first, ...others];
    return Object.fromEntries(
      this.labelNames.flatMap((name, index) => {
        const value = values[index];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
  }
}
