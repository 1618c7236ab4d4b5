import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, newId } from '@vici/utils';
import { createS3Client } from '@vici/utils/s3';
import { type IndexSnapshot, SnapshotStore, type StoredSnapshot } from '../application/snapshot-store.js';
import type { RecommendationConfig } from '../recommendation.config.js';
import { decodeSnapshot, encodeSnapshot } from './snapshot-file.js';

const PREFIX = 'recommendation-index/';
/** A snapshot is larger than a picture. */
const REQUEST_TIMEOUT_MS = 30_000;
const NAME = /^recommendation-index\/(\d{13})-/;

/** Snapshots in a bucket of their own; where no S3 server is named there are none. */
@Injectable()
export class S3SnapshotStore extends SnapshotStore implements OnApplicationShutdown {
  readonly #client: S3Client | undefined;
  readonly #bucket: string;

  constructor(@Inject(CONFIG) config: RecommendationConfig) {
    super();
    this.#bucket = config.S3_SNAPSHOT_BUCKET;
    if (config.S3_ENDPOINT !== '') this.#client = createS3Client(config, REQUEST_TIMEOUT_MS);
  }

  get isSet(): boolean {
    return this.#client !== undefined;
  }

  onApplicationShutdown(): void {
    this.#client?.destroy();
  }

  async list(): Promise<StoredSnapshot[]> {
    const list = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: PREFIX });
    const { Contents = [] } = await this.#s3.send(list);
    const found = Contents.flatMap(({ Key: name = '' }) => {
      const [, taken] = NAME.exec(name) ?? [];
      return taken === undefined ? [] : [{ name, takenAt: new Date(Number(taken)) }];
    });
    return found.sort((a, b) => (a.name < b.name ? 1 : -1));
  }

  async read(name: string): Promise<IndexSnapshot> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name }));
    return await decodeSnapshot(Buffer.from((await Body?.transformToByteArray()) ?? []));
  }

  async write(snapshot: IndexSnapshot, now: Date): Promise<{ name: string; bytes: number }> {
    const file = await encodeSnapshot(snapshot);
    const name = `${PREFIX}${String(now.getTime()).padStart(13, '0')}-${newId()}`;
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key: name, Body: file }));
    return { name, bytes: file.length };
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: name }));
    }
  }

  get #s3(): S3Client {
    if (this.#client === undefined) throw new Error('No S3 server is set for snapshots');
    return this.#client;
  }
}
