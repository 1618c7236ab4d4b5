import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FilesystemStore, S3Object } from 's3rver';

/**
 * Makes the package's store safe for requests at the same moment. Its own `putObject` answers before the file is
 * written; its `deleteObject` takes an emptied folder along, from under an object that is
 * being put there.
 */
export function keepWholeObjects(store: FilesystemStore): void {
  store.putObject = (object) => putWhole(store, object);
  store.deleteObject = async (bucket, key) => {
    const files = (['object', 'object.md5', 'metadata.json'] as const).map((resource) =>
      store.getResourcePath(bucket, key, resource),
    );
    await Promise.all(files.map((file) => rm(file, { force: true })));
  };
}

async function putWhole(
  store: FilesystemStore,
  { bucket, key, content, metadata }: S3Object,
): Promise<{ size: number; md5: string }> {
  const path = store.getResourcePath(bucket, key, 'object');
  const part = `${path}.${randomUUID()}.part`;
  const hash = createHash('md5');
  let size = 0;
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(
      Buffer.isBuffer(content) ? Readable.from([content]) : content,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          size += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(part),
    );
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const md5 = hash.digest('hex');
  await store.putMetadata(bucket, key, metadata, md5);
  return { size, md5 };
}
