import { PATIENT, type ShopClients } from './shop-clients.js';

/** A picture to keep: an SVG document under a path inside the bucket. */
export interface Picture {
  readonly key: string;
  readonly svg: string;
}

const AT_ONCE = 8;

/** Stores pictures, eight at a time. @returns their public URLs by key */
export async function storePictures(
  product: ShopClients['product'],
  pictures: Iterable<Picture>,
  onStored: (stored: number) => void = () => undefined,
): Promise<ReadonlyMap<string, string>> {
  const urls = new Map<string, string>();
  const queue = pictures[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const { key, svg } = next.value;
      const request = { key, contentType: 'image/svg+xml', content: Buffer.from(svg) };
      urls.set(key, (await product.storeImage(request, PATIENT)).url);
      onStored(urls.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return urls;
}

/** The stored picture of a key. @throws Error when there is none */
export function urlOf(urls: ReadonlyMap<string, string>, key: string): string {
  const url = urls.get(key);
  if (url === undefined) {
    throw new Error(`The picture ${key} was not stored.`);
  }
  return url;
}
