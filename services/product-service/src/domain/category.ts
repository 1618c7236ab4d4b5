import { type FieldFault, invalidField, invalidFields } from '@vici/utils/domain';
import { FieldChecks } from './field-checks.js';
import { isImageAddress, MAX_UPSERTS } from './product-draft.js';
import { SLUG_PATTERN } from './slug.js';

/** What people write about a category. */
export interface CategoryContent {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly image: string;
  readonly icon: string | undefined;
  readonly sortOrder: number;
}

/** A category as it is stored. */
export interface Category extends CategoryContent {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly isActive: boolean;
  /** Its own id first, then its ancestors up to the root. */
  readonly path: readonly string[];
}

/** A category with the number of shown products in it and its descendants. */
export interface CountedCategory extends Category {
  readonly productCount: number;
}

/** A category as it is asked for: the root of a tree where it has no parent. */
export interface CategoryDraft extends CategoryContent {
  readonly parentSlug: string | undefined;
  /** Shown, unless told otherwise. */
  readonly isActive?: boolean;
}

/** A category as it is asked for, unchecked. */
export interface CategoryInput extends Omit<CategoryDraft, 'icon' | 'parentSlug' | 'isActive'> {
  readonly icon?: string | undefined;
  readonly parentSlug?: string | undefined;
}

/** How deep a tree of categories may grow. */
const MAX_DEPTH = 10;
const MAX_SORT_ORDER = 1_000_000;

/**
 * Checks the categories of one call.
 * @throws DomainError VALIDATION_FAILED that names every bad field, such as categories[3].slug
 */
export function checkedCategoryDrafts(inputs: readonly CategoryInput[]): CategoryDraft[] {
  if (inputs.length > MAX_UPSERTS)
    throw invalidField('categories', `must have at most ${MAX_UPSERTS} entries`);
  const checks = new FieldChecks();
  const drafts = inputs.map((input, index) => checkedDraft(checks, `categories[${index}]`, input));
  checks.unique(drafts.map(({ slug }, index) => ({ field: `categories[${index}].slug`, value: slug })));
  if (checks.faults.length > 0) throw invalidFields(checks.faults);
  return drafts;
}

function checkedDraft(checks: FieldChecks, path: string, input: CategoryInput): CategoryDraft {
  const { slug, image } = input;
  if (slug.length > 120 || !SLUG_PATTERN.test(slug))
    checks.fault(`${path}.slug`, 'must have 1 to 120 small letters and digits, in words parted by hyphens');
  if (image !== '' && !isImageAddress(image))
    checks.fault(`${path}.image`, 'must be an http or https address or a path');
  return {
    slug,
    name: checks.text(`${path}.name`, input.name, { min: 1, max: 200 }),
    description: checks.text(`${path}.description`, input.description, { max: 2000 }),
    parentSlug: checks.optionalText(`${path}.parentSlug`, input.parentSlug, 120),
    image,
    icon: checks.optionalText(`${path}.icon`, input.icon, 200),
    sortOrder: checks.wholeNumber(`${path}.sortOrder`, input.sortOrder, -MAX_SORT_ORDER, MAX_SORT_ORDER),
  };
}

/** The whole tree after a change, and the slugs asked for in their order. */
export class CategoryTree {
  readonly #bySlug: Map<string, Category>;

  constructor(categories: readonly Category[]) {
    this.#bySlug = new Map(categories.map((category) => [category.slug, category]));
  }

  /**
   * Puts the drafts into the tree, in order: a parent exists or stands earlier.
   * @throws DomainError VALIDATION_FAILED for an unknown parent, a circle, or a tree that is too deep
   */
  apply(drafts: readonly CategoryDraft[], makeId: () => string): void {
    const faults: FieldFault[] = [];
    for (const [index, { parentSlug, isActive = true, ...content }] of drafts.entries()) {
      const parent = parentSlug === undefined ? undefined : this.#bySlug.get(parentSlug);
      if (parentSlug !== undefined && parent === undefined)
        faults.push({ field: `categories[${index}].parentSlug`, message: 'is not a category' });
      const known = this.#bySlug.get(content.slug);
      const id = known?.id ?? makeId();
      this.#bySlug.set(content.slug, { ...content, id, parentId: parent?.id, isActive, path: [id] });
    }
    if (faults.length > 0) throw invalidFields(faults);
    const byId = new Map([...this.#bySlug.values()].map((category) => [category.id, category]));
    for (const category of this.#bySlug.values())
      this.#bySlug.set(category.slug, { ...category, path: pathOf(category, byId, drafts) });
  }

  get categories(): readonly Category[] {
    return [...this.#bySlug.values()];
  }
}

function pathOf(
  category: Category,
  byId: ReadonlyMap<string, Category>,
  drafts: readonly CategoryDraft[],
): string[] {
  const path = [category.id];
  for (let at = category; at.parentId !== undefined; ) {
    const parent = byId.get(at.parentId);
    if (parent === undefined) break;
    if (path.includes(parent.id) || path.length >= MAX_DEPTH) {
      const index = drafts.findIndex(({ slug }) => slug === category.slug || slug === parent.slug);
      const message = path.includes(parent.id)
        ? 'would make a circle'
        : `would make the tree deeper than ${MAX_DEPTH} levels`;
      throw invalidField(`categories[${Math.max(index, 0)}].parentSlug`, message);
    }
    path.push(parent.id);
    at = parent;
  }
  return path;
}
