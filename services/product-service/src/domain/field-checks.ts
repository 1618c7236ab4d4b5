import type { FieldFault } from '@vici/utils/domain';

const CONTROL_CHARACTERS = /[\p{Cc}--[\n\r\t]]/v;
const LINE_BREAKS = /[\n\r\t]/;

/** Collects the faults of one request, each under the path of its field. */
export class FieldChecks {
  readonly faults: FieldFault[] = [];

  fault(field: string, message: string): void {
    this.faults.push({ field, message });
  }

  /** The trimmed text, which must have `min` to `max` characters and none that cannot be shown. */
  text(field: string, value: string, { min = 0, max }: { min?: number; max: number }): string {
    const text = value.trim();
    if (text.length < min) this.fault(field, 'is required');
    else if (text.length > max) this.fault(field, `must have at most ${max} characters`);
    else if (CONTROL_CHARACTERS.test(text) || !text.isWellFormed())
      this.fault(field, 'must not contain control characters');
    return text;
  }

  /** A {@link text} without line breaks and tabs. */
  line(field: string, value: string, bounds: { min?: number; max: number }): string {
    const before = this.faults.length;
    const line = this.text(field, value, bounds);
    if (this.faults.length === before && LINE_BREAKS.test(line))
      this.fault(field, 'must not contain control characters');
    return line;
  }

  /** The text, or undefined where none is given: an empty one is none. */
  optionalText(field: string, value: string | undefined, max: number): string | undefined {
    const text = this.text(field, value ?? '', { max });
    return text === '' ? undefined : text;
  }

  /** Named values such as specifications: at most `max` of them. */
  entries(field: string, values: Readonly<Record<string, string>>, max: number): Record<string, string> {
    const entries = Object.entries(values);
    if (entries.length > max) this.fault(field, `must have at most ${max} entries`);
    return Object.fromEntries(
      entries.map(([key, value]) => [
        this.text(`${field}.${key}`, key, { min: 1, max: 100 }),
        this.text(`${field}.${key}`, value, { max: 2000 }),
      ]),
    );
  }

  wholeNumber(field: string, value: number, min: number, max: number): number {
    if (!Number.isInteger(value) || value < min || value > max)
      this.fault(field, `must be a whole number from ${min} to ${max}`);
    return value;
  }

  /** Faults the second and later ones of equal values. */
  unique(fields: readonly { readonly field: string; readonly value: string }[]): void {
    const seen = new Set<string>();
    for (const { field, value } of fields) {
      if (value !== '' && seen.has(value)) this.fault(field, 'stands twice in this call');
      seen.add(value);
    }
  }
}
