import {
  type AbortableQueryOptions,
  type AliasedRawBuilder,
  CompiledQuery,
  type Expression,
  type KyselyPlugin,
  sql as kyselySql,
  type QueryExecutorProvider,
  type QueryResult,
  type RawBuilder,
  type RawNode,
} from 'kysely';
import { ShapeOfStatement } from './statement-shapes.js';

/** Above, a list of this length hardly comes again. */
const MAX_JOINED = 8;
const NOTHING: readonly never[] = [];

/** What Kysely's own `sql` does, without its template literal. */
type Parts = Pick<typeof kyselySql, 'val' | 'ref' | 'table' | 'id' | 'lit' | 'raw' | 'join'>;

/**
 * A part of a statement that knows what its text depends on. Kysely builds, freezes and walks a tree to make the text of a
 * statement; of one that was compiled before, only the parameters are gathered here.
 */
abstract class Fragment<T> implements RawBuilder<T> {
  /** Together with the shapes of `values`, all that the text depends on. */
  abstract readonly key: unknown;
  /** Parameters and further fragments, in their order. */
  abstract readonly values: readonly unknown[];

  private built: RawBuilder<T> | undefined;

  /** The same as Kysely's own. */
  protected abstract build(): RawBuilder<T>;

  get expressionType(): T | undefined {
    return undefined;
  }

  get isRawBuilder(): true {
    return true;
  }

  as<A extends string>(alias: A | Expression<unknown>): AliasedRawBuilder<T, A> {
    const plain = this.plain();
    return typeof alias === 'string' ? plain.as(alias) : plain.as<A>(alias);
  }

  $castTo<C>(): RawBuilder<C> {
    return this.plain().$castTo<C>();
  }

  $notNull(): RawBuilder<Exclude<T, null>> {
    return this.plain().$notNull();
  }

  withPlugin(plugin: KyselyPlugin): RawBuilder<T> {
    return this.plain().withPlugin(plugin);
  }

  toOperationNode(): RawNode {
    return this.plain().toOperationNode();
  }

  compile(provider: QueryExecutorProvider): CompiledQuery<T> {
    const parameters: unknown[] = [];
    const shape =
      provider.getExecutor().plugins.length > 0
        ? undefined
        : this.shapeAfter(ShapeOfStatement.none, parameters);
    if (shape === undefined) return this.plain().compile(provider);
    // Without the parameters of the one it was compiled for.
    shape.compiled ??= CompiledQuery.raw(this.plain().compile(provider).sql);
    const { sql: text, query, queryId } = shape.compiled;
    return { sql: text, query, queryId, parameters };
  }

  execute(provider: QueryExecutorProvider, options?: AbortableQueryOptions): Promise<QueryResult<T>> {
    return provider.getExecutor().executeQuery<T>(this.compile(provider), options);
  }

  /** Where this leads from a shape, its parameters being gathered; undefined: only Kysely can tell. */
  private shapeAfter(before: ShapeOfStatement, parameters: unknown[]): ShapeOfStatement | undefined {
    let shape = before.after(this.key);
    for (const value of this.values) {
      if (shape === undefined) return undefined;
      if (value instanceof Fragment) {
        shape = value.shapeAfter(shape, parameters);
      } else if (isParameter(value)) {
        parameters.push(value);
        shape = shape.afterParameter();
      } else {
        return undefined;
      }
    }
    return shape;
  }

  private plain(): RawBuilder<T> {
    this.built ??= this.build();
    return this.built;
  }
}

/** Neither a part that Kysely made, nor a function that would make one. */
function isParameter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function';
  return !('toOperationNode' in value);
}

class Template<T> extends Fragment<T> {
  constructor(
    readonly key: TemplateStringsArray,
    readonly values: readonly unknown[],
  ) {
    super();
  }

  protected build(): RawBuilder<T> {
    return kyselySql<T>(this.key, ...this.values);
  }
}

/** A part without parameters, whose key tells it apart from every other. */
class Fixed<T> extends Fragment<T> {
  readonly values = NOTHING;

  constructor(
    readonly key: string,
    private readonly make: () => RawBuilder<T>,
  ) {
    super();
  }

  protected build(): RawBuilder<T> {
    return this.make();
  }
}

class Joined<T> extends Fragment<T> {
  readonly key: string;
  readonly values: readonly unknown[];

  constructor(
    private readonly items: readonly unknown[],
    private readonly separator: RawBuilder<unknown> | undefined,
  ) {
    super();
    this.key = `join ${items.length}`;
    this.values = [separator ?? COMMA, ...items];
  }

  protected build(): RawBuilder<T> {
    return kyselySql.join<T>(this.items, this.separator);
  }
}

const COMMA = new Fixed('raw , ', () => kyselySql.raw(', '));

/** One with parameters would bring them once for each gap. */
function isWithoutParameters(separator: RawBuilder<unknown> | undefined): boolean {
  return separator === undefined || (separator instanceof Fragment && separator.values.length === 0);
}

function template<T = unknown>(strings: TemplateStringsArray, ...values: unknown[]): RawBuilder<T> {
  return new Template<T>(strings, values);
}

const parts: Parts = {
  val: kyselySql.val,
  ref: (column) => new Fixed(`ref ${column}`, () => kyselySql.ref(column)),
  table: (name) => new Fixed(`table ${name}`, () => kyselySql.table(name)),
  id: (...names) => new Fixed(`id ${JSON.stringify(names)}`, () => kyselySql.id(...names)),
  lit: (value) =>
    typeof value === 'object'
      ? kyselySql.lit(value)
      : new Fixed(`lit ${typeof value} ${value}`, () => kyselySql.lit(value)),
  raw: (text) => new Fixed(`raw ${text}`, () => kyselySql.raw(text)),
  join: (items, separator) =>
    items.length <= MAX_JOINED && isWithoutParameters(separator)
      ? new Joined(items, separator)
      : kyselySql.join(items, separator),
};

/**
 * Kysely's `sql`, of which a statement is compiled once: sent again, it costs the gathering of its parameters. What is
 * embedded of Kysely's own, a query builder for one, makes the whole be compiled each time, as there.
 */
export const sql: typeof kyselySql = Object.assign(template, parts);
