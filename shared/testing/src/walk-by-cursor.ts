/** What a list answers a page with. */
interface AnsweredPage<Item> {
  readonly items: readonly Item[];
  readonly page: { readonly nextCursor?: string | undefined } | undefined;
}

/** A list walked by cursor to its end, one entry a page. `meanwhile` happens after the first page. */
export async function walkByCursor<Item>(
  read: (page: {
    readonly limit: number;
    readonly cursor: string | undefined;
  }) => Promise<AnsweredPage<Item>>,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, page } = await read({ limit: 1, cursor });
    const isFirst = found.length === 0;
    found.push(...items);
    cursor = page?.nextCursor;
    if (isFirst) await meanwhile();
  } while (cursor !== undefined);
  return found;
}
