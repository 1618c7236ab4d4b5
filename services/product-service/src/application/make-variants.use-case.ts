import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { checkpoint, isDomainError, Metrics } from '@vici/utils';
import { sizesFor, stagingKey, variantKey } from '../domain/upload.js';
import { ObjectStore } from './object-store.js';
import { PictureMaker } from './picture-maker.js';
import { type UploadJob, UploadRepository } from './upload.repository.js';

/** As long as the largest picture may take on a busy machine; then another worker may take it up. */
const LEASE_MS = 120_000;
const MAX_ATTEMPTS = 5;
const RETRY_MS = 5000;

/** Makes the files a picture is served in, one job a call. Done again, it makes the same files. */
@Injectable()
export class MakeVariants {
  private readonly made: ReturnType<Metrics['counter']>;
  private readonly seconds: ReturnType<Metrics['histogram']>;

  constructor(
    private readonly uploads: UploadRepository,
    private readonly objects: ObjectStore,
    private readonly pictures: PictureMaker,
    metrics: Metrics,
  ) {
    this.made = metrics.counter(
      'product_pictures_made_total',
      'Jobs that make the variants of a picture, by outcome',
      ['outcome'],
    );
    this.seconds = metrics.histogram('product_picture_seconds', 'How long the variants of a picture took');
    metrics.gauge('product_picture_jobs', 'Pictures whose variants are still to be made', [], async (gauge) =>
      gauge.set(await uploads.countJobs()),
    );
  }

  /** @returns whether there was a job */
  async execute(): Promise<boolean> {
    const job = await this.uploads.claim(LEASE_MS);
    if (job === undefined) return false;
    const end = this.seconds.startTimer();
    try {
      await this.uploads.finish(job.id, await this.make(job));
      await this.objects.remove('staging', [stagingKey(job.id)]);
      this.made.inc({ outcome: 'ready' });
    } catch (error) {
      await this.giveBack(job, error);
    }
    end();
    return true;
  }

  private async make(job: UploadJob): Promise<string[]> {
    const file = await buffer(await this.objects.read('staging', stagingKey(job.id)));
    const { longerSide } = await this.pictures.inspect(file);
    const names: string[] = [];
    for await (const { name, contentType, content } of this.pictures.make(
      file,
      sizesFor(job.kind, longerSide),
    )) {
      await this.objects.put('media', variantKey(job, name), contentType, content);
      names.push(name);
      await checkpoint('product.variant-made');
    }
    return names;
  }

  /** What cannot be read will never be; everything else is tried again. */
  private async giveBack({ id, attempts }: UploadJob, error: unknown): Promise<void> {
    const isHopeless = isDomainError(error, 'VALIDATION_FAILED') || isDomainError(error, 'NOT_FOUND');
    if (!isHopeless && attempts < MAX_ATTEMPTS) {
      this.made.inc({ outcome: 'retried' });
      await this.uploads.retry(id, RETRY_MS * 2 ** (attempts - 1));
      return;
    }
    this.made.inc({ outcome: 'failed' });
    await this.uploads.fail(id, isHopeless ? 'cannot be read as a picture' : 'could not be made');
  }
}
