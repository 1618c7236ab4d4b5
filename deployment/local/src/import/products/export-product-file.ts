import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PATIENT, type ShopClients } from '../../seed/shop-clients.js';
import { productFormatOf } from './product-format.js';

/**
 * Writes every product of the shop to a file an import takes, piece by piece. The file has its name only when it is
 * whole.
 * @returns how many products
 * @throws ImportFileError for a name that tells no format
 */
export async function exportProductFile(
  { productImport }: Pick<ShopClients, 'productImport'>,
  file: string,
  onProgress: (products: number) => void,
): Promise<number> {
  const format = productFormatOf(file);
  let products = 0;
  async function* pieces(): AsyncGenerator<string, void> {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const request: { format: typeof format; afterId: string } = { format, afterId: after };
      const piece = await productImport.exportProductFile(request, PATIENT);
      yield piece.text;
      products += piece.products;
      onProgress(products);
      after = piece.nextAfterId;
    }
  }
  const unfinished = `${file}.part`;
  try {
    await pipeline(Readable.from(pieces(), { highWaterMark: 1 }), createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return products;
}
