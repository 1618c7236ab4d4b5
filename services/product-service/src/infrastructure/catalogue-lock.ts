/**
 * The advisory lock of the catalogue. Whoever writes products holds it alone; whoever applies stock levels shares it,
 * so that a level is never applied beside the transaction that creates its product, where neither would see the other.
 */
export const CATALOGUE_LOCK = 7_246_311_018n;
