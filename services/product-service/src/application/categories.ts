import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type Page, type PageRequest, UnitOfWork } from '@vici/database';
import { AuditTrail, EventPublisher } from '@vici/events';
import { invalidFields, newId, notFound } from '@vici/utils';
import { type Category, type CategoryDraft, CategoryTree, type CountedCategory } from '../domain/category.js';
import { type CategoryFilter, CategoryRepository } from './category.repository.js';
import { PictureCheck } from './picture-check.js';
import { ProductRepository } from './product.repository.js';
import { ProductCatalogue } from './product-catalogue.js';
import { productEvent } from './product-events.js';

/** Products are read and told of in portions of this size when their category changes. */
const TOLD_AT_ONCE = 500;

/** The tree of categories, as shoppers read it and admins write it. */
@Injectable()
export class Categories {
  constructor(
    private readonly categories: CategoryRepository,
    private readonly products: ProductRepository,
    private readonly catalogue: ProductCatalogue,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly audit: AuditTrail,
    private readonly pictures: PictureCheck,
  ) {}

  async list(): Promise<CountedCategory[]> {
    return await this.categories.listActive();
  }

  /** @throws DomainError NOT_FOUND */
  async get(idOrSlug: string): Promise<CountedCategory> {
    const category = await this.categories.findActive(idOrSlug);
    if (category === undefined) throw notFound('category', idOrSlug);
    return category;
  }

  /** Inactive ones too. */
  async search(filter: CategoryFilter, page: PageRequest | undefined): Promise<Page<CountedCategory>> {
    return await this.categories.search(filter, page);
  }

  /** Creates or replaces categories and records who did. @throws like {@link write} */
  async upsert(drafts: readonly CategoryDraft[]): Promise<CountedCategory[]> {
    return await this.unitOfWork.transaction(async () => {
      const upserted = await this.write(drafts);
      const [first] = upserted;
      if (first !== undefined)
        await this.audit.record({
          action: 'category.upsert',
          target: { type: 'category', id: first.id },
          after: { slugs: upserted.map(({ slug }) => slug) },
        });
      return upserted;
    });
  }

  /**
   * Creates or replaces categories by slug, all of a call or none. Products whose category has a new name or place
   * have changed too, and the other services are told. The caller records why.
   * @returns in the order of the drafts
   * @throws DomainError VALIDATION_FAILED for an unknown parent, a circle, a tree that is too deep, or a picture that is
   * not Vici's
   */
  async write(drafts: readonly CategoryDraft[]): Promise<CountedCategory[]> {
    if (drafts.length === 0) return [];
    return await this.unitOfWork.transaction(async () => {
      await this.products.lockCatalogue();
      const before = new Map((await this.categories.all()).map((category) => [category.id, category]));
      const tree = new CategoryTree([...before.values()]);
      tree.apply(drafts, () => newId<'Category'>());
      await this.checkPictures(
        drafts,
        new Set([...before.values()].map(({ slug, image }) => `${slug} ${image}`)),
      );
      const changed = tree.categories.filter((now) => !isDeepStrictEqual(now, before.get(now.id)));
      await this.categories.save(changed);
      await this.touchProducts(changed.filter((now) => showsInProducts(now, before.get(now.id))));
      const ids = new Map(tree.categories.map(({ slug, id }) => [slug, id]));
      return await this.categories.findAll(drafts.flatMap(({ slug }) => ids.get(slug) ?? []));
    });
  }

  /** A picture a category has already stays, wherever it is. */
  private async checkPictures(drafts: readonly CategoryDraft[], kept: ReadonlySet<string>): Promise<void> {
    const news = drafts.flatMap(({ slug, image }, index) =>
      image === '' || kept.has(`${slug} ${image}`)
        ? []
        : [{ field: `categories[${index}].image`, address: image }],
    );
    const faults = await this.pictures.faultsOf('product', news, undefined);
    if (faults.length > 0) throw invalidFields(faults);
  }

  private async touchProducts(categories: readonly Category[]): Promise<void> {
    if (categories.length === 0) return;
    await this.tell(await this.products.touchInCategories(categories.map(({ id }) => id)));
  }

  /** Tells the other services how the products are now. */
  async tell(touched: readonly string[]): Promise<void> {
    for (let from = 0; from < touched.length; from += TOLD_AT_ONCE) {
      const products = await this.catalogue.findAll(touched.slice(from, from + TOLD_AT_ONCE));
      await this.events.publish(...products.map((product) => productEvent('product.updated', product)));
    }
  }
}

function showsInProducts(now: Category, before: Category | undefined): boolean {
  return before !== undefined && (now.name !== before.name || !isDeepStrictEqual(now.path, before.path));
}
