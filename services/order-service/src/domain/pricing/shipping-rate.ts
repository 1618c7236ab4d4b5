import { Money } from '@vici/utils/domain';
import type { Destination } from './destination.js';

/** What is sent and where to. */
export interface Parcel {
  /** Price of the goods after discount. */
  readonly goods: Money;
  readonly weightGrams: number;
  readonly destination: Destination;
}

/** How the price of sending a parcel is found. */
export interface ShippingRate {
  /** Never negative, in the currency of the goods. Undefined: no tariff for that currency. */
  cost(parcel: Parcel): Money | undefined;
}

/** Minor units by currency. */
export type Tariff = Readonly<Record<string, bigint>>;

/** What weight costs, in minor units. */
export interface WeightTariff {
  readonly base: bigint;
  /** The base pays for so much. */
  readonly includedGrams: number;
  /** Each step begun beyond it costs as much again. */
  readonly stepGrams: number;
  readonly perStep: bigint;
}

/** The same for every parcel. */
export class FlatRate implements ShippingRate {
  constructor(private readonly fees: Tariff) {}

  cost({ goods: { currency } }: Parcel): Money | undefined {
    const fee = this.fees[currency];
    return fee === undefined ? undefined : Money.of(fee, currency);
  }
}

/** A base for light parcels, and a step price for what is heavier. */
export class RateByWeight implements ShippingRate {
  constructor(private readonly tariffs: Readonly<Record<string, WeightTariff>>) {}

  cost({ goods: { currency }, weightGrams }: Parcel): Money | undefined {
    const tariff = this.tariffs[currency];
    if (tariff === undefined) {
      return undefined;
    }
    const steps = Math.ceil(Math.max(0, weightGrams - tariff.includedGrams) / tariff.stepGrams);
    return Money.of(tariff.base + tariff.perStep * BigInt(steps), currency);
  }
}

/** Another rate, and nothing for goods worth the threshold or more. */
export class FreeOver implements ShippingRate {
  constructor(
    private readonly rate: ShippingRate,
    private readonly thresholds: Tariff,
  ) {}

  cost(parcel: Parcel): Money | undefined {
    const { goods } = parcel;
    const threshold = this.thresholds[goods.currency];
    const cost = this.rate.cost(parcel);
    const free = cost !== undefined && threshold !== undefined && goods.minor >= threshold;
    return free ? Money.zero(goods.currency) : cost;
  }
}

/** A way to send an order. */
export interface ShippingMethod {
  readonly code: string;
  readonly name: string;
  /** Working days until delivery, least and most. */
  readonly days: readonly [number, number];
  /** Serves these countries only; all where it is missing. */
  readonly countries?: readonly string[];
  readonly rate: ShippingRate;
}
