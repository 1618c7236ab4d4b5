import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { DomainError, invalidField, notFound } from '@vici/utils';
import {
  type Category,
  type CategoryInput,
  type CountedCategory,
  checkedCategoryDrafts,
} from '../domain/category.js';
import { asFaultsOfOne, chosenFields } from '../domain/product-edit.js';
import { Categories } from './categories.js';
import { CategoryRepository } from './category.repository.js';
import { contentDifference } from './content-difference.js';
import { ProductRepository } from './product.repository.js';

/** What an edit may replace; the slug stays, for addresses name it. */
const EDITABLE = [
  'name',
  'description',
  'parentSlug',
  'image',
  'icon',
  'sortOrder',
] as const satisfies readonly (keyof CategoryInput)[];

const PREFIX = 'categories[0].';

/** Single categories as administrators write them; every change is audited. */
@Injectable()
export class EditCategories {
  constructor(
    private readonly categories: Categories,
    private readonly repository: CategoryRepository,
    private readonly products: ProductRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, ALREADY_EXISTS for a taken slug */
  async create(input: CategoryInput, isActive: boolean): Promise<CountedCategory> {
    return await this.unitOfWork.transaction(async () => {
      const known = await this.all();
      if (known.some(({ slug }) => slug === input.slug))
        throw new DomainError('ALREADY_EXISTS', 'A category has this slug already.', { entity: 'category' });
      const made = await this.written(input, isActive);
      await this.record('category.create', undefined, made);
      return made;
    });
  }

  /** Replaces the named fields. @throws DomainError VALIDATION_FAILED, NOT_FOUND */
  async update(
    id: string,
    changes: CategoryInput & { readonly isActive: boolean },
    fields: readonly string[],
  ): Promise<CountedCategory> {
    return await this.unitOfWork.transaction(async () => {
      const all = await this.all();
      const before = found(all, id);
      const parentSlug = all.find((other) => other.id === before.parentId)?.slug;
      const others = fields.filter((field) => field !== 'isActive');
      const input = {
        ...before,
        parentSlug,
        ...(others.length > 0 || fields.length === 0 ? chosenFields(changes, others, EDITABLE) : {}),
      };
      const isActive = fields.includes('isActive') ? changes.isActive : before.isActive;
      const after = await this.written(input, isActive);
      await this.record('category.update', before, after);
      return after;
    });
  }

  /**
   * Puts the children of one parent, or the roots, in the order given.
   * @throws DomainError NOT_FOUND, VALIDATION_FAILED unless it is all of them, each once
   */
  async reorder(ids: readonly string[]): Promise<CountedCategory[]> {
    return await this.unitOfWork.transaction(async () => {
      const all = await this.all();
      const parents = new Set(ids.map((id) => found(all, id).parentId));
      const siblings = all.filter(({ parentId }) => parents.has(parentId));
      if (parents.size !== 1 || new Set(ids).size !== ids.length || siblings.length !== ids.length)
        throw invalidField('ids', 'must be all children of one parent, each once');
      await this.repository.save(ids.map((id, sortOrder) => ({ ...found(all, id), sortOrder })));
      await this.audit.record({
        action: 'category.reorder',
        target: { type: 'category', id: [...parents][0] ?? 'root' },
        after: { order: ids.map((id) => found(all, id).slug) },
      });
      return await this.repository.findAll(ids);
    });
  }

  /**
   * Deletes a category; its products go to the heir.
   * @throws DomainError NOT_FOUND, CONFLICT for one that has children, or products and no heir
   */
  async remove(id: string, heirId: string | undefined): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const all = await this.all();
      const { slug, name } = found(all, id);
      if (heirId !== undefined && (heirId === id || !all.some((other) => other.id === heirId)))
        throw invalidField('heirId', 'must be the id of another category');
      const children = all.filter(({ parentId }) => parentId === id).length;
      if (children > 0)
        throw new DomainError('CONFLICT', 'The category has categories below it; move them first.', {
          children,
        });
      const products = await this.products.countInCategory(id);
      if (products > 0 && heirId === undefined)
        throw new DomainError('CONFLICT', 'The category has products; name the one that takes them.', {
          products,
        });
      if (heirId !== undefined) await this.categories.tell(await this.products.moveToCategory(id, heirId));
      await this.repository.remove(id);
      await this.audit.record({
        action: 'category.delete',
        target: { type: 'category', id },
        before: { slug, name },
        ...(heirId !== undefined && { after: { heirId, products } }),
      });
    });
  }

  /** Every category, none of which changes until the end of the transaction. */
  private async all(): Promise<Category[]> {
    await this.products.lockCatalogue();
    return await this.repository.all();
  }

  private async written(input: CategoryInput, isActive: boolean): Promise<CountedCategory> {
    try {
      const drafts = checkedCategoryDrafts([input]).map((draft) => ({ ...draft, isActive }));
      const [written] = await this.categories.write(drafts);
      if (written === undefined) throw new Error('One draft gave no category');
      return written;
    } catch (error) {
      throw asFaultsOfOne(error, PREFIX);
    }
  }

  private async record(action: string, before: Category | undefined, after: CountedCategory): Promise<void> {
    const { productCount: _productCount, ...content } = after;
    const difference = contentDifference(before, content);
    if (Object.keys(difference.after).length === 0 && before !== undefined) return;
    await this.audit.record({ action, target: { type: 'category', id: after.id }, ...difference });
  }
}

function found(all: readonly Category[], id: string): Category {
  const category = all.find((other) => other.id === id);
  if (category === undefined) throw notFound('category', id);
  return category;
}
