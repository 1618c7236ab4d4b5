const LONGEST = 100;

/** What counts as the same search: case, accents kept, and the spaces between words once. */
export function searchTerm(query: string): string {
  return query.normalize('NFC').toLowerCase().trim().replaceAll(/\s+/g, ' ').slice(0, LONGEST).toWellFormed();
}
