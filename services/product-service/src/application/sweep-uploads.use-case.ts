import { Injectable } from '@nestjs/common';
import { Metrics } from '@vici/utils';
import { stagingKey, variantKey } from '../domain/upload.js';
import { ObjectStore } from './object-store.js';
import { UploadRepository } from './upload.repository.js';

const MOST_AT_ONCE = 100;
/** Every name a variant may have: one that was being made when its upload was given up is not listed yet. */
const NAMES = ['thumbnail', '1k', '2k', '4k'].flatMap((size) => [`${size}.webp`, `${size}.avif`]);

/** Removes the files of pictures that nothing shows. */
@Injectable()
export class SweepUploads {
  private readonly removed: ReturnType<Metrics['counter']>;

  constructor(
    private readonly uploads: UploadRepository,
    private readonly objects: ObjectStore,
    metrics: Metrics,
  ) {
    this.removed = metrics.counter('product_pictures_removed_total', 'Pictures whose files were removed');
  }

  /** @param keepMs how long a picture may wait to be shown */
  async execute(keepMs: number): Promise<void> {
    const before = new Date(Date.now() - keepMs);
    for (let seen = MOST_AT_ONCE; seen === MOST_AT_ONCE; ) {
      seen = await this.uploads.giveUpOrphans(before, MOST_AT_ONCE);
    }
    for (let seen = MOST_AT_ONCE; seen === MOST_AT_ONCE; ) {
      seen = await this.removeSome();
    }
  }

  private async removeSome(): Promise<number> {
    const uploads = await this.uploads.givenUp(MOST_AT_ONCE);
    for (const upload of uploads) {
      await this.objects.remove(
        'media',
        NAMES.map((name) => variantKey(upload, name)),
      );
      await this.objects.remove('staging', [stagingKey(upload.id)]);
      await this.uploads.forget([upload.id]);
      this.removed.inc();
    }
    return uploads.length;
  }
}
