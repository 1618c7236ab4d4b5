/** One country's rate. */
export interface CountryTaxRate {
  /** Ten-thousandths: 8 % is 800. */
  readonly basisPoints: bigint;
  /** Prices of that country are quoted with the tax inside. */
  readonly included: boolean;
  /** Rates that replace the country's in its regions, by the code or the name of the region in capitals. */
  readonly regions?: Readonly<Record<string, bigint>>;
}

const added = (basisPoints: bigint): CountryTaxRate => ({ basisPoints, included: false });
const inside = (basisPoints: bigint): CountryTaxRate => ({ basisPoints, included: true });

/** GST and provincial sales tax, or HST, of Canada by province and territory. */
const CANADIAN_REGIONS: Readonly<Record<string, bigint>> = {
  ...region(['BC', 'BRITISH COLUMBIA'], 1_200n),
  ...region(['MB', 'MANITOBA'], 1_200n),
  ...region(['NB', 'NEW BRUNSWICK'], 1_500n),
  ...region(['NL', 'NEWFOUNDLAND AND LABRADOR'], 1_500n),
  ...region(['NS', 'NOVA SCOTIA'], 1_400n),
  ...region(['ON', 'ONTARIO'], 1_300n),
  ...region(['PE', 'PRINCE EDWARD ISLAND'], 1_500n),
  // 14.975 %, to the nearest hundredth of a percent.
  ...region(['QC', 'QUEBEC', 'QUÉBEC'], 1_498n),
  ...region(['SK', 'SASKATCHEWAN'], 1_100n),
};

/** The rates of a shop that has not tabled its own. */
export const standardTaxRates: Readonly<Record<string, CountryTaxRate>> = {
  US: added(800n),
  CA: { ...added(500n), regions: CANADIAN_REGIONS },
  VN: added(1_000n),
  JP: added(1_000n),
  SG: added(900n),
  GB: inside(2_000n),
  IE: inside(2_300n),
  DE: inside(1_900n),
  AT: inside(2_000n),
  CH: inside(810n),
  FR: inside(2_000n),
  BE: inside(2_100n),
  NL: inside(2_100n),
  IT: inside(2_200n),
  ES: { ...inside(2_100n), regions: region(['CANARIAS', 'CANARY ISLANDS', 'CEUTA', 'MELILLA'], 0n) },
  PT: {
    ...inside(2_300n),
    regions: { ...region(['MADEIRA'], 2_200n), ...region(['AZORES', 'AÇORES'], 1_600n) },
  },
  PL: inside(2_300n),
  SE: inside(2_500n),
  DK: inside(2_500n),
  NO: inside(2_500n),
  FI: inside(2_550n),
  AU: inside(1_000n),
  NZ: inside(1_500n),
};

function region(names: readonly string[], basisPoints: bigint): Record<string, bigint> {
  return Object.fromEntries(names.map((name) => [name, basisPoints]));
}
