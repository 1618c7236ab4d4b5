import type { CompiledQuery } from 'kysely';

/** Some hundreds of statements have some ten steps each; texts that are never the same twice must not fill the memory. */
const MAX_SHAPES = 20_000;

let count = 0;

/**
 * All that the text of a statement depends on, as steps from `none`: each template and fixed part by its key, each parameter
 * by nothing but its place. As a template says how many values follow, different texts never meet in one shape.
 */
export class ShapeOfStatement {
  /** Where every statement begins. */
  static readonly none = new ShapeOfStatement();

  /** The text of the statement that ends here, once it was sent. */
  compiled: CompiledQuery | undefined;
  readonly #next = new Map<unknown, ShapeOfStatement>();
  #nextParameter: ShapeOfStatement | undefined;

  /** One step further; undefined: too many are known already. */
  after(key: unknown): ShapeOfStatement | undefined {
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const next = made();
    if (next !== undefined) this.#next.set(key, next);
    return next;
  }

  /** One parameter further; undefined: too many are known already. */
  afterParameter(): ShapeOfStatement | undefined {
    this.#nextParameter ??= made();
    return this.#nextParameter;
  }
}

function made(): ShapeOfStatement | undefined {
  if (count >= MAX_SHAPES) return undefined;
  count += 1;
  return new ShapeOfStatement();
}
