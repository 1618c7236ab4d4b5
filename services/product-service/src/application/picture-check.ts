import { Injectable } from '@nestjs/common';
import type { FieldFault } from '@vici/utils';
import type { UploadKind } from '../domain/upload.js';
import { ImageStore } from './image-store.js';
import { UploadRepository } from './upload.repository.js';

const FOREIGN = "must be the address of one of Vici's pictures";
const NOT_UPLOADED = 'is not a picture that was uploaded for this';

/** A picture that something wants to show, and the field that names it. */
export interface NamedPicture {
  readonly field: string;
  readonly address: string;
}

/** Lets nothing be shown but Vici's own pictures. */
@Injectable()
export class PictureCheck {
  constructor(
    private readonly images: ImageStore,
    private readonly uploads: UploadRepository,
  ) {}

  /**
   * What is wrong with the pictures; those that pass cannot be deleted before the end of the transaction.
   * @param ownerId whose they have to be; undefined for products and
   * categories, which also show what the shop itself has stored
   */
  async faultsOf(
    kind: UploadKind,
    pictures: readonly NamedPicture[],
    ownerId: string | undefined,
  ): Promise<FieldFault[]> {
    if (pictures.length === 0) return [];
    const own = pictures.filter(({ address }) => this.images.serves(address));
    const asked = own.filter(({ address }) => kind !== 'product' || this.images.isUpload(address));
    const usable =
      asked.length === 0
        ? new Set<string>()
        : await this.uploads.usable(
            kind,
            asked.map(({ address }) => address),
            ownerId,
          );
    return pictures.flatMap((picture) => {
      if (!own.includes(picture)) return [{ field: picture.field, message: FOREIGN }];
      const isFine = !asked.includes(picture) || usable.has(picture.address);
      return isFine ? [] : [{ field: picture.field, message: NOT_UPLOADED }];
    });
  }

  /**
   * As {@link faultsOf}, for another service, of which an event will tell that it shows them: the pictures stay until
   * that can be here.
   */
  async faultsForLater(
    kind: UploadKind,
    pictures: readonly NamedPicture[],
    ownerId: string,
  ): Promise<FieldFault[]> {
    const own = pictures.map(({ address }) => address).filter((address) => this.images.serves(address));
    // Before the check, which shares its locks: two checks of one picture would wait for each other forever.
    if (own.length > 0) await this.uploads.noteChecked(kind, own, ownerId);
    return await this.faultsOf(kind, pictures, ownerId);
  }
}
