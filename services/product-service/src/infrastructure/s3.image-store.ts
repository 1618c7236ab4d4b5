import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@vici/utils';
import { ImageStore } from '../application/image-store.js';
import { ObjectStore } from '../application/object-store.js';
import { type ImageFile, isImageAddressOf } from '../domain/image-file.js';
import type { ProductConfig } from '../product.config.js';

/** Pictures in the bucket that browsers are served from. */
@Injectable()
export class S3ImageStore extends ImageStore {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<ProductConfig, 'MEDIA_PUBLIC_URL'>,
    private readonly objects: ObjectStore,
  ) {
    super();
  }

  async put({ key, contentType, content }: ImageFile): Promise<string> {
    await this.objects.put('media', key, contentType, content);
    return this.addressOf(key);
  }

  addressOf(key: string): string {
    return `${this.config.MEDIA_PUBLIC_URL.replace(/\/+$/, '')}/${key}`;
  }

  isUpload(address: string): boolean {
    return address.startsWith(this.addressOf('media/'));
  }

  serves(address: string): boolean {
    return isImageAddressOf(this.config.MEDIA_PUBLIC_URL, address);
  }
}
