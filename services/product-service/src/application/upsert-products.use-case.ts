import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail, EventPublisher } from '@vici/events';
import { checkpoint, type FieldFault, invalidFields, Metrics, newId } from '@vici/utils';
import type { ProductContent } from '../domain/product.js';
import type { ProductDraft } from '../domain/product-draft.js';
import { SlugRegister, slugify } from '../domain/slug.js';
import { PictureCheck } from './picture-check.js';
import { ProductRepository, type SavedProduct, type StoredProduct } from './product.repository.js';
import { ProductCatalogue } from './product-catalogue.js';
import { productEvent } from './product-events.js';

/** What became of one product of a call. */
export interface UpsertedProduct extends SavedProduct {
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

/** Creates or replaces products by SKU, all of a call or none. */
@Injectable()
export class UpsertProducts {
  constructor(
    private readonly products: ProductRepository,
    private readonly catalogue: ProductCatalogue,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly metrics: Metrics,
    private readonly audit: AuditTrail,
    private readonly pictures: PictureCheck,
  ) {}

  /**
   * Writes the products and records who did.
   * @returns in the order of the drafts
   * @throws DomainError VALIDATION_FAILED for an unknown category, a taken id, or a SKU another product has
   */
  async execute(drafts: readonly ProductDraft[]): Promise<UpsertedProduct[]> {
    return await this.unitOfWork.transaction(async () => {
      const upserted = await this.write(drafts);
      const changed = upserted.filter(({ outcome }) => outcome !== 'unchanged');
      const [first] = changed;
      if (first !== undefined)
        await this.audit.record({
          action: 'product.upsert',
          target: { type: 'product', id: first.id },
          after: { skus: changed.map(({ content }) => content.sku) },
        });
      return upserted;
    });
  }

  /** What {@link write} would do; nothing is written. */
  async preview(drafts: readonly ProductDraft[]): Promise<UpsertedProduct[]> {
    return drafts.length === 0 ? [] : await this.unitOfWork.transaction(() => this.plan(drafts));
  }

  /** Writes the products; the caller records why. @throws like {@link execute} */
  async write(drafts: readonly ProductDraft[]): Promise<UpsertedProduct[]> {
    if (drafts.length === 0) return [];
    const upserted = await this.unitOfWork.transaction(async () => {
      await this.products.lockCatalogue();
      const planned = await this.plan(drafts);
      const changed = planned.filter(({ outcome }) => outcome !== 'unchanged');
      await this.products.save(changed);
      await this.tell(changed);
      return planned;
    });
    const counter = this.metrics.counter('product_upserts_total', 'Products written, by outcome', [
      'outcome',
    ]);
    for (const { outcome } of upserted) counter.inc({ outcome });
    return upserted;
  }

  private async plan(drafts: readonly ProductDraft[]): Promise<UpsertedProduct[]> {
    const stored = await this.products.storedBySku(drafts.map(({ sku }) => sku));
    const identified = drafts.map((draft) => ({
      draft,
      known: stored.get(draft.sku),
      id: stored.get(draft.sku)?.id ?? draft.id ?? newId<'Product'>(),
    }));
    const categories = await this.products.categoryIds(drafts.map(({ categorySlug }) => categorySlug));
    await this.check(identified, categories);
    const wanted = drafts.map((draft) => wantedSlugOf(draft, stored.get(draft.sku)));
    const slugs = new SlugRegister(await this.products.slugsLike(wanted));
    return identified.map(({ draft, known, id }, index) => {
      const slug = slugs.claim(wanted[index] ?? '', id, known?.content.slug);
      return upsertOf(contentOf(draft, slug, categories.get(draft.categorySlug) ?? ''), id, known);
    });
  }

  private async check(
    identified: readonly { draft: ProductDraft; known: StoredProduct | undefined; id: string }[],
    categories: ReadonlyMap<string, string>,
  ): Promise<void> {
    const skus = identified.flatMap(({ draft }) => [draft.sku, ...draft.variants.map(({ sku }) => sku)]);
    const owners = Map.groupBy(await this.products.skuOwners(skus), ({ sku }) => sku);
    const taken = await this.products.takenIds(
      identified.flatMap(({ known, id }) => (known === undefined ? [id] : [])),
    );
    // Pictures a product has already stay, wherever they are.
    const news = identified.flatMap(({ draft, known }, index) =>
      draft.images.flatMap((address, position) =>
        known?.content.images.includes(address)
          ? []
          : [{ field: `products[${index}].images[${position}]`, address }],
      ),
    );
    const faults: FieldFault[] = await this.pictures.faultsOf('product', news, undefined);
    await checkpoint('product.pictures-checked');
    for (const [index, { draft, known, id }] of identified.entries()) {
      const fault = (field: string, message: string) =>
        faults.push({ field: `products[${index}].${field}`, message });
      const isForeign = (sku: string) =>
        owners.get(sku)?.some(({ productId }) => productId !== known?.id) ?? false;
      if (!categories.has(draft.categorySlug)) fault('categorySlug', 'is not a category');
      if (known === undefined && taken.has(id)) fault('id', 'is the id of another product');
      if (isForeign(draft.sku)) fault('sku', 'is the SKU of a variant of another product');
      for (const [position, { sku }] of draft.variants.entries()) {
        if (isForeign(sku)) fault(`variants[${position}].sku`, 'is the SKU of another product');
      }
    }
    if (faults.length > 0) throw invalidFields(faults);
  }

  private async tell(changed: readonly UpsertedProduct[]): Promise<void> {
    const outcomes = new Map(changed.map(({ id, outcome }) => [id, outcome]));
    const products = await this.catalogue.findAll(changed.map(({ id }) => id));
    await this.events.publish(
      ...products.map((product) =>
        productEvent(outcomes.get(product.id) === 'created' ? 'product.created' : 'product.updated', product),
      ),
    );
  }
}

/** A stored product keeps its address, whatever becomes of its name, unless another one is asked for. */
function wantedSlugOf({ wantedSlug, name }: ProductDraft, known: StoredProduct | undefined): string {
  return wantedSlug ?? known?.content.slug ?? slugify(name);
}

function contentOf(draft: ProductDraft, slug: string, categoryId: string): ProductContent {
  const { id: _id, wantedSlug: _wantedSlug, categorySlug: _categorySlug, ...content } = draft;
  return { ...content, slug, categoryId };
}

function upsertOf(content: ProductContent, id: string, known: StoredProduct | undefined): UpsertedProduct {
  const variantIds = new Map(
    content.variants.map(({ sku }) => [sku, known?.variantIds.get(sku) ?? newId<'Variant'>()]),
  );
  if (known === undefined) return { id, content, variantIds, outcome: 'created' };
  const isUnchanged = !known.isDeleted && isDeepStrictEqual(known.content, content);
  return { id, content, variantIds, outcome: isUnchanged ? 'unchanged' : 'updated' };
}
