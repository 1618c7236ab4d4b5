import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { DomainError, invalidField, newId, notFound } from '@vici/utils';
import {
  checkUpload,
  MAIN_VARIANT,
  MAX_PIXELS,
  stagingKey,
  type Upload,
  type UploadKind,
  variantKey,
} from '../domain/upload.js';
import { ImageStore } from './image-store.js';
import { ObjectStore, type UploadTarget } from './object-store.js';
import { PictureMaker } from './picture-maker.js';
import { UploadRepository } from './upload.repository.js';

/** Files one user may have announced and not brought. */
const MAX_AWAITING = 50;

/** Pictures as their owners bring, see and take them back. */
@Injectable()
export class Uploads {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly uploads: UploadRepository,
    private readonly objects: ObjectStore,
    private readonly images: ImageStore,
    private readonly pictures: PictureMaker,
  ) {}

  /** Is called whenever there is something to be made. */
  onCompleted(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** @throws DomainError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, VALIDATION_FAILED, LIMIT_EXCEEDED */
  async create(
    ownerId: string,
    kind: UploadKind,
    contentType: string,
    size: number,
  ): Promise<{ upload: Upload; target: UploadTarget }> {
    checkUpload(kind, contentType, size);
    if ((await this.uploads.countAwaiting(ownerId)) >= MAX_AWAITING)
      throw new DomainError('LIMIT_EXCEEDED', 'Too many uploads were begun and not completed.', {
        max: MAX_AWAITING,
      });
    const id = newId<'Upload'>();
    const target = await this.objects.target(stagingKey(id), contentType, size);
    const url = this.images.addressOf(variantKey({ kind, id }, MAIN_VARIANT));
    return { upload: await this.uploads.add({ id, kind, ownerId, contentType, size, url }), target };
  }

  /**
   * Checks the file by its bytes and hands it to the workers; completed again it says where it stands.
   * @throws DomainError NOT_FOUND, CONFLICT while there is no file, VALIDATION_FAILED for another file than announced:
   * it is thrown away
   */
  async complete(ownerId: string, id: string): Promise<Upload> {
    const upload = await this.get(ownerId, id);
    if (upload.status !== 'AWAITING') return upload;
    const size = await this.objects.size('staging', stagingKey(id));
    if (size === undefined)
      throw new DomainError('CONFLICT', 'There is no file yet.', { entity: 'upload', id });
    const fault = size === upload.size ? await this.faultOf(upload) : 'has another size than was announced';
    if (fault !== undefined) {
      await this.uploads.fail(id, fault);
      await this.objects.remove('staging', [stagingKey(id)]);
      throw invalidField('file', fault);
    }
    await this.uploads.enqueue(id);
    for (const listener of this.listeners) listener();
    return await this.get(ownerId, id);
  }

  /** @throws DomainError NOT_FOUND, also for somebody else's */
  async get(ownerId: string, id: string): Promise<Upload> {
    const upload = await this.uploads.find(id);
    if (upload === undefined || upload.ownerId !== ownerId) throw notFound('upload', id);
    return upload;
  }

  /** Takes a picture back. @throws DomainError NOT_FOUND, CONFLICT while something shows it */
  async remove(ownerId: string, id: string): Promise<void> {
    await this.get(ownerId, id);
    if (!(await this.uploads.giveUp(id)))
      throw new DomainError('CONFLICT', 'The picture is shown somewhere; take it from there first.', { id });
  }

  /** The public address of each file of a picture, by name. */
  variantsOf(upload: Upload): Record<string, string> {
    return Object.fromEntries(
      upload.variants.map((name) => [name, this.images.addressOf(variantKey(upload, name))]),
    );
  }

  private async faultOf({ id, contentType }: Upload): Promise<string | undefined> {
    const file = await buffer(await this.objects.read('staging', stagingKey(id)));
    const facts = await this.pictures.inspect(file);
    if (facts.contentType !== contentType) return `is not ${contentType}`;
    if (facts.pixels > MAX_PIXELS) return `must have at most ${MAX_PIXELS / 1_000_000} million pixels`;
    return undefined;
  }
}
