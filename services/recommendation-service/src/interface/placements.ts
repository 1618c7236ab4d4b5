import { Placement } from '@vici/proto-gen/recommendation';
import { invalidField } from '@vici/utils';
import type { PlacementName } from '../domain/fallback-chain.js';

const BY_NAME: Readonly<Record<PlacementName, Placement>> = {
  user: Placement.USER,
  session: Placement.SESSION,
  similar: Placement.SIMILAR,
  frequently_bought: Placement.FREQUENTLY_BOUGHT,
  related: Placement.RELATED,
  trending: Placement.TRENDING,
  popular: Placement.POPULAR,
  new_arrivals: Placement.NEW_ARRIVALS,
};
const isName = (text: string): text is PlacementName => text in BY_NAME;
const NAMES = new Map(
  Object.keys(BY_NAME)
    .filter(isName)
    .map((name) => [BY_NAME[name], name]),
);

/** The placement's name; undefined for none. @throws DomainError VALIDATION_FAILED for one that there is not */
export function placementFrom(placement: Placement): PlacementName | undefined {
  if (placement === Placement.UNSPECIFIED) return undefined;
  const name = NAMES.get(placement);
  if (name === undefined) throw invalidField('placement', 'is not one that there is');
  return name;
}

export function toPlacement(name: PlacementName | undefined): Placement {
  return name === undefined ? Placement.UNSPECIFIED : BY_NAME[name];
}
