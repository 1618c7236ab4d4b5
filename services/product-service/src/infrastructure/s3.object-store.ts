import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CONFIG, currentContext, DomainError, HealthRegistry, notFound } from '@vici/utils';
import { createS3Client } from '@vici/utils/s3';
import { type Bucket, ObjectStore, type UploadTarget } from '../application/object-store.js';
import type { ProductConfig } from '../product.config.js';

const REQUEST_TIMEOUT_MS = 10_000;
/** A picture may be replaced under its key, so browsers ask again after a day. */
const CACHE_CONTROL = 'public, max-age=86400';

type S3Config = Pick<
  ProductConfig,
  | 'S3_ENDPOINT'
  | 'S3_UPLOAD_ENDPOINT'
  | 'S3_REGION'
  | 'S3_BUCKET'
  | 'S3_STAGING_BUCKET'
  | 'S3_ACCESS_KEY_ID'
  | 'S3_SECRET_ACCESS_KEY'
  | 'UPLOAD_TTL_SECONDS'
>;

/** Files in two S3 buckets: MinIO, AWS or another server of that interface. */
@Injectable()
export class S3ObjectStore extends ObjectStore implements OnModuleInit, OnApplicationShutdown {
  private readonly client: S3Client;
  /** Signs for the address that browsers know. */
  private readonly signer: S3Client;

  constructor(
    @Inject(CONFIG) private readonly config: S3Config,
    private readonly health: HealthRegistry,
  ) {
    super();
    this.client = createS3Client(config, REQUEST_TIMEOUT_MS);
    const signedFor = config.S3_UPLOAD_ENDPOINT || config.S3_ENDPOINT;
    this.signer = createS3Client({ ...config, S3_ENDPOINT: signedFor }, REQUEST_TIMEOUT_MS);
  }

  onModuleInit(): void {
    // The catalogue is read without S3: its absence is told, but does not make the service unready.
    const check = async () => {
      await this.client.send(new HeadBucketCommand({ Bucket: this.config.S3_BUCKET }));
    };
    this.health.register('s3', check, { required: false });
  }

  onApplicationShutdown(): void {
    this.client.destroy();
    this.signer.destroy();
  }

  async target(key: string, contentType: string, size: number): Promise<UploadTarget> {
    const expiresIn = this.config.UPLOAD_TTL_SECONDS;
    const expiresAt = new Date(Date.now() + expiresIn * 1000);
    const command = new PutObjectCommand({
      Bucket: this.config.S3_STAGING_BUCKET,
      Key: key,
      ContentType: contentType,
      ContentLength: size,
    });
    const signableHeaders = new Set(['host', 'content-type', 'content-length']);
    const url = await getSignedUrl(this.signer, command, { expiresIn, signableHeaders });
    return { url, headers: { 'content-type': contentType, 'content-length': String(size) }, expiresAt };
  }

  async size(bucket: Bucket, key: string): Promise<number | undefined> {
    return await answered(async () => {
      const head = new HeadObjectCommand({ Bucket: this.nameOf(bucket), Key: key });
      const found = await absentAs(undefined, this.client.send(head, this.options()));
      return found?.ContentLength;
    });
  }

  async read(bucket: Bucket, key: string): Promise<Readable> {
    const get = new GetObjectCommand({ Bucket: this.nameOf(bucket), Key: key });
    const found = await answered(() => absentAs(undefined, this.client.send(get)));
    if (!(found?.Body instanceof Readable)) throw notFound('file', key);
    return found.Body;
  }

  async put(bucket: Bucket, key: string, contentType: string, content: Uint8Array): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.nameOf(bucket),
      Key: key,
      Body: content,
      ContentType: contentType,
      CacheControl: CACHE_CONTROL,
    });
    await answered(() => this.client.send(command, this.options()));
  }

  async remove(bucket: Bucket, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const command = new DeleteObjectCommand({ Bucket: this.nameOf(bucket), Key: key });
      await answered(() => absentAs(undefined, this.client.send(command)));
    }
  }

  private nameOf(bucket: Bucket): string {
    return bucket === 'media' ? this.config.S3_BUCKET : this.config.S3_STAGING_BUCKET;
  }

  private options(): { abortSignal?: AbortSignal } {
    const signal = currentContext()?.signal;
    return signal === undefined ? {} : { abortSignal: signal };
  }
}

async function absentAs<T, A>(absent: A, call: Promise<T>): Promise<T | A> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)) return absent;
    throw error;
  }
}

async function answered<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new DomainError('SERVICE_UNAVAILABLE', 'Files cannot be kept or read at the moment.', undefined, {
      cause,
    });
  }
}
