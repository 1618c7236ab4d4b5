import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CONFIG, currentContext, DomainError, HealthRegistry } from '@vici/utils';
import { ImageStore } from '../application/image-store.js';
import { type ImageFile, isImageAddressOf } from '../domain/image-file.js';
import type { ProductConfig } from '../product.config.js';

const CONNECT_TIMEOUT_MS = 1000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A picture may be replaced under its key, so browsers ask again after a day. */
const CACHE_CONTROL = 'public, max-age=86400';

type S3Config = Pick<
  ProductConfig,
  'S3_ENDPOINT' | 'S3_REGION' | 'S3_BUCKET' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY' | 'MEDIA_PUBLIC_URL'
>;

/** Pictures in an S3 bucket: MinIO, AWS or another server of that interface. */
@Injectable()
export class S3ImageStore extends ImageStore implements OnModuleInit, OnApplicationShutdown {
  private readonly client: S3Client;

  constructor(
    @Inject(CONFIG) private readonly config: S3Config,
    private readonly health: HealthRegistry,
  ) {
    super();
    this.client = new S3Client({
      endpoint: config.S3_ENDPOINT,
      region: config.S3_REGION,
      credentials: { accessKeyId: config.S3_ACCESS_KEY_ID, secretAccessKey: config.S3_SECRET_ACCESS_KEY },
      forcePathStyle: true,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    });
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
  }

  async put({ key, contentType, content }: ImageFile): Promise<string> {
    const command = new PutObjectCommand({
      Bucket: this.config.S3_BUCKET,
      Key: key,
      Body: content,
      ContentType: contentType,
      CacheControl: CACHE_CONTROL,
    });
    const signal = currentContext()?.signal;
    try {
      await this.client.send(command, signal === undefined ? {} : { abortSignal: signal });
    } catch (cause) {
      throw new DomainError('SERVICE_UNAVAILABLE', 'The picture cannot be kept at the moment.', undefined, {
        cause,
      });
    }
    return `${this.config.MEDIA_PUBLIC_URL.replace(/\/+$/, '')}/${key}`;
  }

  serves(address: string): boolean {
    return isImageAddressOf(this.config.MEDIA_PUBLIC_URL, address);
  }
}
