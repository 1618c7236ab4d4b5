import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail, createEvent, EventPublisher } from '@vici/events';
import { currentContext, DomainError, deterministicId, notFound, requireUserId } from '@vici/utils';
import { checkedProductDrafts, type ProductInput, type VariantInput } from '../domain/product-draft.js';
import { asFaultsOfOne, inputOf, variantSku, withFields, withVariantFields } from '../domain/product-edit.js';
import { AdminCatalogue, type AdminProduct } from './admin-catalogue.js';
import { contentDifference } from './content-difference.js';
import { ProductRepository, type StoredProduct } from './product.repository.js';
import { UpsertProducts } from './upsert-products.use-case.js';

/** What an editor had before their eyes: the product must still be so. */
export interface EditTarget {
  readonly id: string;
  /** Undefined edits whatever is there. */
  readonly version: bigint | undefined;
}

/** Single products as administrators write them; every change is audited. */
@Injectable()
export class EditProducts {
  constructor(
    private readonly products: ProductRepository,
    private readonly upsert: UpsertProducts,
    private readonly catalogue: AdminCatalogue,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * @throws DomainError VALIDATION_FAILED, ALREADY_EXISTS for a SKU that a product has, unless the same call made it:
   * it is known by its idempotency key
   */
  async create(input: ProductInput): Promise<AdminProduct> {
    const [draft] = oneFault(() => checkedProductDrafts([{ ...input, id: input.id ?? idOfCall() }]));
    if (draft === undefined) throw new Error('One input gave no draft');
    return await this.unitOfWork.transaction(async () => {
      await this.products.lockCatalogue();
      const known = (await this.products.storedBySku([draft.sku])).get(draft.sku);
      if (known !== undefined && !known.isDeleted) {
        if (known.id === draft.id) return await this.view(known.id);
        throw new DomainError('ALREADY_EXISTS', 'A product has this SKU already.', {
          entity: 'product',
          sku: draft.sku,
        });
      }
      const [made] = await this.written(draft);
      if (made === undefined) throw new Error('One draft gave no product');
      const { after } = contentDifference(undefined, made.content);
      await this.audit.record({ action: 'product.create', target: { type: 'product', id: made.id }, after });
      return await this.view(made.id);
    });
  }

  /** Replaces the named fields. @throws DomainError VALIDATION_FAILED, NOT_FOUND, VERSION_MISMATCH */
  async update(target: EditTarget, changes: ProductInput, fields: readonly string[]): Promise<AdminProduct> {
    return await this.edit(target, 'product.update', (_stored, input) => withFields(input, changes, fields));
  }

  /** @throws DomainError VALIDATION_FAILED, NOT_FOUND, VERSION_MISMATCH, ALREADY_EXISTS */
  async addVariant(target: EditTarget, variant: VariantInput): Promise<AdminProduct> {
    return await this.edit(target, 'variant.create', (_stored, input) => {
      if (input.variants.some(({ sku }) => sku === variant.sku.trim()))
        throw new DomainError('ALREADY_EXISTS', 'The product has a variant of this SKU already.', {
          entity: 'variant',
          sku: variant.sku,
        });
      return { ...input, variants: [...input.variants, variant] };
    });
  }

  /** Replaces the named fields of a variant. @throws DomainError VALIDATION_FAILED, NOT_FOUND, VERSION_MISMATCH */
  async updateVariant(
    target: EditTarget,
    variantId: string,
    changes: VariantInput,
    fields: readonly string[],
  ): Promise<AdminProduct> {
    return await this.edit(target, 'variant.update', ({ variantIds, content }, input) =>
      withVariantFields(input, variantSku(variantIds, content, variantId), changes, fields),
    );
  }

  /** @throws DomainError NOT_FOUND, VERSION_MISMATCH */
  async removeVariant(target: EditTarget, variantId: string): Promise<AdminProduct> {
    return await this.edit(target, 'variant.delete', ({ variantIds, content }, input) => {
      const removed = variantSku(variantIds, content, variantId);
      return { ...input, variants: input.variants.filter(({ sku }) => sku !== removed) };
    });
  }

  /** Takes a product out of the catalogue. @throws DomainError NOT_FOUND, VERSION_MISMATCH */
  async remove(target: EditTarget): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const { id, content } = await this.locked(target);
      const version = Number(await this.products.remove(id));
      await this.events.publish(
        createEvent('product.deleted', { subject: id, data: { productId: id, version } }),
      );
      const { sku, name } = content;
      await this.audit.record({
        action: 'product.delete',
        target: { type: 'product', id },
        before: { sku, name },
      });
    });
  }

  private async edit(
    target: EditTarget,
    action: string,
    change: (stored: StoredProduct, input: ProductInput) => ProductInput,
  ): Promise<AdminProduct> {
    return await this.unitOfWork.transaction(async () => {
      const stored = await this.locked(target);
      const input = change(stored, inputOf(stored.content, stored.categorySlug));
      const [draft] = oneFault(() => checkedProductDrafts([input]));
      if (draft === undefined) throw new Error('One input gave no draft');
      const [written] = await this.written(draft);
      if (written !== undefined && written.outcome !== 'unchanged') {
        const difference = contentDifference(stored.content, written.content);
        await this.audit.record({ action, target: { type: 'product', id: target.id }, ...difference });
      }
      return await this.view(target.id);
    });
  }

  private async written(draft: Parameters<UpsertProducts['write']>[0][number]) {
    try {
      return await this.upsert.write([draft]);
    } catch (error) {
      throw asFaultsOfOne(error);
    }
  }

  private async locked({ id, version }: EditTarget): Promise<StoredProduct> {
    await this.products.lockCatalogue();
    const stored = await this.products.storedById(id);
    if (stored === undefined) throw notFound('product', id);
    if (version !== undefined && version !== stored.version)
      throw new DomainError('VERSION_MISMATCH', 'The product was changed meanwhile; read it again.', {
        expected: Number(version),
        current: Number(stored.version),
      });
    return stored;
  }

  private async view(id: string): Promise<AdminProduct> {
    const product = await this.catalogue.find(id);
    if (product === undefined) throw notFound('product', id);
    return product;
  }
}

function oneFault<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw asFaultsOfOne(error);
  }
}

/** The id of what a call with an idempotency key makes: sent again, it is the same. */
function idOfCall(): string | undefined {
  const { idempotencyKey } = currentContext() ?? {};
  return idempotencyKey === undefined
    ? undefined
    : deterministicId('product', requireUserId(), idempotencyKey);
}
