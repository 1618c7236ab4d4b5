import { invalidField, type Money } from '@vici/utils/domain';
import { standardShippingMethods } from './shipping-methods.js';
import type { Parcel, ShippingMethod } from './shipping-rate.js';

/** A method that serves a parcel, and what it costs. */
export interface ShippingOption extends Pick<ShippingMethod, 'code' | 'name' | 'days'> {
  readonly price: Money;
}

/** The ways to send a parcel. */
export interface ShippingPolicy {
  /** Those that serve the parcel, the shop's first choice first; at least one. @throws DomainError VALIDATION_FAILED */
  options(parcel: Parcel): readonly ShippingOption[];
}

/** Sends by the methods of a table, in its order: 5.99 USD and free from 50.00 USD first, unless told otherwise. */
export class TabledShipping implements ShippingPolicy {
  constructor(private readonly methods: readonly ShippingMethod[] = standardShippingMethods) {}

  options(parcel: Parcel): readonly ShippingOption[] {
    const country = parcel.destination.country.toUpperCase();
    const options = this.methods
      .filter(({ countries }) => countries === undefined || countries.includes(country))
      .flatMap(({ code, name, days, rate }) => {
        const price = rate.cost(parcel);
        return price === undefined ? [] : [{ code, name, days, price }];
      });
    if (options.length === 0) {
      throw invalidField('currency', `orders in ${parcel.goods.currency} cannot be shipped to ${country}`);
    }
    return options;
  }
}

/** The chosen option, or the first. @throws DomainError VALIDATION_FAILED naming `shippingMethod` */
export function chooseOption(options: readonly ShippingOption[], code: string | undefined): ShippingOption {
  const chosen = code === undefined ? options[0] : options.find((option) => option.code === code);
  if (chosen === undefined) {
    throw invalidField('shippingMethod', `must be one of ${options.map((option) => option.code).join(', ')}`);
  }
  return chosen;
}
