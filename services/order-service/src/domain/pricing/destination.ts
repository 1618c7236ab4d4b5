/** The part of an address that decides about tax and shipping. */
export interface Destination {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly state: string;
  readonly postalCode: string;
}
