import { currencyExponent } from './currency.js';
import { type DomainError, invalidField } from './errors.js';

const DECIMAL_PATTERN = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/;
const BASIS_POINTS_PER_UNIT = 10_000n;

/**
 * Divides and rounds to the nearest integer, a tie to the even one (IEEE 754 roundTiesToEven, "banker's rounding").
 * @throws RangeError when the denominator is zero
 */
export function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) {
    throw new RangeError('Division by zero');
  }
  const negative = numerator < 0n !== denominator < 0n;
  const dividend = absolute(numerator);
  const divisor = absolute(denominator);
  const quotient = dividend / divisor;
  const twiceRemainder = (dividend % divisor) * 2n;
  const up = twiceRemainder > divisor || (twiceRemainder === divisor && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function toInteger(value: bigint | number, field: string): bigint {
  if (typeof value === 'bigint') {
    return value;
  }
  if (!Number.isSafeInteger(value)) {
    throw invalidField(field, 'must be a whole number');
  }
  return BigInt(value);
}

function malformedAmount(): DomainError {
  return invalidField('amount', 'must be a decimal number such as 24.99');
}

/**
 * An amount of one currency in integer minor units (cents, yen, fils). Immutable.
 * Two amounts meet only in one currency: every operation on two throws VALIDATION_FAILED otherwise.
 */
export class Money {
  readonly minor: bigint;
  readonly currency: string;

  private constructor(minor: bigint, currency: string) {
    this.minor = minor;
    this.currency = currency;
  }

  /**
   * From minor units: `Money.of(2499, 'USD')` is 24.99 dollars.
   * @throws DomainError VALIDATION_FAILED when the number is not a safe integer or the currency no ISO 4217 code
   */
  static of(minor: bigint | number, currency: string): Money {
    currencyExponent(currency);
    return new Money(toInteger(minor, 'minor'), currency);
  }

  /** Nothing, in a currency. */
  static zero(currency: string): Money {
    return Money.of(0n, currency);
  }

  /**
   * From major units as people and JSON write them: 24.99, "24.990". Read digit by digit, never by float arithmetic.
   * @throws DomainError VALIDATION_FAILED when it is not a plain decimal (NaN, Infinity and 1e21 are not), or has
   * more decimals than the currency (trailing zeros do not count)
   */
  static fromDecimal(value: number | string, currency: string): Money {
    const exponent = currencyExponent(currency);
    const match = DECIMAL_PATTERN.exec(String(value));
    if (match === null) {
      throw malformedAmount();
    }
    const [, sign = '', whole = '0', written = ''] = match;
    const fraction = written.replace(/0+$/, '');
    if (fraction.length > exponent) {
      throw invalidField('amount', `must have at most ${exponent} decimals in ${currency}`);
    }
    const minor = BigInt(whole + fraction.padEnd(exponent, '0'));
    return new Money(sign === '-' ? -minor : minor, currency);
  }

  add(other: Money): Money {
    this.requireSameCurrency(other);
    return this.with(this.minor + other.minor);
  }

  subtract(other: Money): Money {
    this.requireSameCurrency(other);
    return this.with(this.minor - other.minor);
  }

  /** Times a whole quantity. @throws DomainError VALIDATION_FAILED when the quantity is not whole */
  multiply(quantity: number | bigint): Money {
    return this.with(this.minor * toInteger(quantity, 'quantity'));
  }

  negate(): Money {
    return this.with(-this.minor);
  }

  /** A share in ten-thousandths, rounded half-even: a tax of 8 % is `basisPoints(800)`. */
  basisPoints(points: number | bigint): Money {
    const share = this.minor * toInteger(points, 'basisPoints');
    return this.with(roundHalfEven(share, BASIS_POINTS_PER_UNIT));
  }

  /**
   * Splits in proportion to the weights; the parts sum exactly to this amount. Largest-remainder (Hamilton) method:
   * leftover minor units go to the largest remainders, the earlier part first on a tie.
   * @throws DomainError VALIDATION_FAILED when a weight is negative, or none is positive while there is an amount
   */
  allocate(weights: readonly bigint[]): Money[] {
    const total = sumOfWeights(weights);
    if (total === 0n) {
      if (!this.isZero()) {
        throw invalidField('weights', 'must hold a positive weight');
      }
      return weights.map(() => this.with(0n));
    }
    const amount = absolute(this.minor);
    const parts = weights.map((weight, index) => ({
      index,
      units: (amount * weight) / total,
      remainder: (amount * weight) % total,
    }));
    const leftover = amount - parts.reduce((sum, part) => sum + part.units, 0n);
    const byRemainder = [...parts].sort((a, b) => compareBigints(b.remainder, a.remainder));
    for (const part of byRemainder.slice(0, Number(leftover))) {
      part.units += 1n;
    }
    return parts.map((part) => this.with(this.minor < 0n ? -part.units : part.units));
  }

  compare(other: Money): -1 | 0 | 1 {
    this.requireSameCurrency(other);
    return compareBigints(this.minor, other.minor);
  }

  /** Same amount of the same currency; amounts of two currencies are unequal, not an error. */
  equals(other: Money): boolean {
    return this.currency === other.currency && this.minor === other.minor;
  }

  isZero(): boolean {
    return this.minor === 0n;
  }

  isNegative(): boolean {
    return this.minor < 0n;
  }

  min(other: Money): Money {
    return this.compare(other) <= 0 ? this : other;
  }

  max(other: Money): Money {
    return this.compare(other) >= 0 ? this : other;
  }

  /** Major units for JSON at the REST edge: 24.99. Exact up to 15 significant digits; never compute with it. */
  toDecimal(): number {
    return Number(this.toDecimalString());
  }

  /** Major units with all decimals of the currency: "24.90", "1200" for yen. */
  toDecimalString(): string {
    const exponent = currencyExponent(this.currency);
    const digits = absolute(this.minor)
      .toString()
      .padStart(exponent + 1, '0');
    const whole = digits.slice(0, digits.length - exponent);
    const fraction = digits.slice(digits.length - exponent);
    const sign = this.isNegative() ? '-' : '';
    return exponent === 0 ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
  }

  private with(minor: bigint): Money {
    return new Money(minor, this.currency);
  }

  private requireSameCurrency(other: Money): void {
    if (this.currency !== other.currency) {
      throw invalidField('currency', `${other.currency} cannot be combined with ${this.currency}`);
    }
  }
}

function compareBigints(a: bigint, b: bigint): -1 | 0 | 1 {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

function sumOfWeights(weights: readonly bigint[]): bigint {
  return weights.reduce((sum, weight) => {
    if (weight < 0n) {
      throw invalidField('weights', 'must not be negative');
    }
    return sum + weight;
  }, 0n);
}
