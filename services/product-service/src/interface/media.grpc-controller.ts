import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import {
  type CheckPicturesRequest,
  type CompleteUploadRequest,
  type CreateUploadRequest,
  type DeleteUploadRequest,
  type GetUploadRequest,
  UploadKind as KindMessage,
  type MediaServiceDefinition,
  UploadStatus as StatusMessage,
  type Upload as UploadMessage,
} from '@vici/proto-gen/product';
import {
  type GrpcHandlers,
  invalidField,
  invalidFields,
  parseId,
  requirePermission,
  requireUserId,
} from '@vici/utils';
import { PictureCheck } from '../application/picture-check.js';
import { Uploads } from '../application/uploads.js';
import type { Upload, UploadKind, UploadStatus } from '../domain/upload.js';
import { toTargetMessage } from './target.messages.js';

const KIND_MESSAGES: Readonly<Record<UploadKind, KindMessage>> = {
  avatar: KindMessage.AVATAR,
  review: KindMessage.REVIEW,
  product: KindMessage.PRODUCT,
};
const STATUS_MESSAGES: Readonly<Record<UploadStatus, StatusMessage>> = {
  AWAITING: StatusMessage.AWAITING,
  PROCESSING: StatusMessage.PROCESSING,
  READY: StatusMessage.READY,
  FAILED: StatusMessage.FAILED,
  DELETED: StatusMessage.UNSPECIFIED,
};
const MAX_CHECKED = 100;

/** The gRPC API of users' pictures. */
@Injectable()
export class MediaGrpcController implements GrpcHandlers<typeof MediaServiceDefinition> {
  constructor(
    private readonly uploads: Uploads,
    private readonly check: PictureCheck,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async createUpload({ kind, contentType, size }: CreateUploadRequest): Promise<UploadMessage> {
    const userId = requireUserId();
    const known = kindOf(kind);
    if (known === 'product') requirePermission('products:write');
    const { upload, target } = await this.uploads.create(userId, known, contentType, Number(size));
    return { ...this.message(upload), target: toTargetMessage(target) };
  }

  async completeUpload({ id }: CompleteUploadRequest): Promise<UploadMessage> {
    return this.message(await this.uploads.complete(requireUserId(), parseId<'Upload'>(id, 'id')));
  }

  async getUpload({ id }: GetUploadRequest): Promise<UploadMessage> {
    return this.message(await this.uploads.get(requireUserId(), parseId<'Upload'>(id, 'id')));
  }

  async deleteUpload({ id }: DeleteUploadRequest): Promise<Record<string, never>> {
    await this.uploads.remove(requireUserId(), parseId<'Upload'>(id, 'id'));
    return {};
  }

  async checkPictures({ kind, addresses }: CheckPicturesRequest): Promise<Record<string, never>> {
    const userId = requireUserId();
    if (addresses.length > MAX_CHECKED)
      throw invalidField('addresses', `must have at most ${MAX_CHECKED} entries`);
    const named = addresses.map((address, index) => ({ field: `addresses[${index}]`, address }));
    const faults = await this.unitOfWork.transaction(() =>
      this.check.faultsForLater(kindOf(kind), named, userId),
    );
    if (faults.length > 0) throw invalidFields(faults);
    return {};
  }

  private message(upload: Upload): UploadMessage {
    const { id, kind, status, url, failure, createdAt } = upload;
    return {
      id,
      kind: KIND_MESSAGES[kind],
      status: STATUS_MESSAGES[status],
      url,
      variants: this.uploads.variantsOf(upload),
      failure,
      createdAt,
    };
  }
}

function kindOf(kind: KindMessage): UploadKind {
  const known = (['avatar', 'review', 'product'] as const).find((name) => KIND_MESSAGES[name] === kind);
  if (known === undefined) throw invalidField('kind', 'must be AVATAR, REVIEW or PRODUCT');
  return known;
}
