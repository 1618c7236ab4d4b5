const COMBINING_MARKS = /\p{Mn}/gu;
const APOSTROPHES = /['‘’]/g;
const MAX_SLUG = 120;

/** Words of small Latin letters and digits, parted by single hyphens. */
export const SLUG_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The part of a web address that names a thing: "Café Crème, 2 cups" becomes "cafe-creme-2-cups"; '' where nothing is left. */
export function slugify(name: string): string {
  return name
    .normalize('NFKD')
    .replace(COMBINING_MARKS, '')
    .replace(APOSTROPHES, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replace(/^-+|-+$/g, '');
}

/** What a slug is without its counter: "chair-2" and "chair" have the stem "chair". */
export function slugStem(slug: string): string {
  return slug.replace(/-[0-9]+$/, '');
}

/** Slugs in use, and by whom: gives every owner a slug nobody else has. */
export class SlugRegister {
  readonly #ownerBySlug: Map<string, string>;

  constructor(taken: Iterable<readonly [slug: string, owner: string]>) {
    this.#ownerBySlug = new Map(taken);
  }

  /**
   * The wanted slug where it is free, else the owner's current one where that is the wanted one with a counter, else
   * the wanted one with the first free counter from 2 on. The answer is taken from now on, the current one given up.
   */
  claim(wanted: string, owner: string, current?: string): string {
    const slug = this.#choose(wanted, owner, current);
    if (current !== undefined && current !== slug) this.#ownerBySlug.delete(current);
    this.#ownerBySlug.set(slug, owner);
    return slug;
  }

  #choose(wanted: string, owner: string, current: string | undefined): string {
    if (this.#isFreeFor(wanted, owner)) return wanted;
    if (current?.startsWith(`${wanted}-`) && slugStem(current) === wanted) return current;
    for (let counter = 2; ; counter += 1) {
      const candidate = `${wanted}-${counter}`;
      if (this.#isFreeFor(candidate, owner)) return candidate;
    }
  }

  #isFreeFor(slug: string, owner: string): boolean {
    const holder = this.#ownerBySlug.get(slug);
    return holder === undefined || holder === owner;
  }
}
