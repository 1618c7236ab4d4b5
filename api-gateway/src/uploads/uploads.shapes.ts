import { type Upload, UploadKind, UploadStatus, type UploadTarget } from '@vici/proto-gen/product';
import type { z } from 'zod';
import { toInstant } from '../rest/shapes.js';
import type { targetShape, UPLOAD_KINDS, uploadShape } from './uploads.routes.js';

export const KIND_OF: Readonly<Record<(typeof UPLOAD_KINDS)[number], UploadKind>> = {
  avatar: UploadKind.AVATAR,
  review: UploadKind.REVIEW,
  product: UploadKind.PRODUCT,
};

export function toUpload(upload: Upload): z.output<typeof uploadShape> {
  const { id, url, variants, target, failure, createdAt } = upload;
  return {
    id,
    kind: kindName(upload.kind),
    status: statusName(upload.status),
    url,
    variants,
    upload: target && toTarget(target),
    failure,
    createdAt: toInstant(createdAt),
  };
}

export function toTarget({ url, headers, expiresAt }: UploadTarget): z.output<typeof targetShape> {
  return { method: 'PUT', url, headers, expiresAt: toInstant(expiresAt) };
}

function kindName(kind: UploadKind): z.output<typeof uploadShape>['kind'] {
  switch (kind) {
    case UploadKind.AVATAR:
      return 'avatar';
    case UploadKind.PRODUCT:
      return 'product';
    default:
      return 'review';
  }
}

function statusName(status: UploadStatus): z.output<typeof uploadShape>['status'] {
  switch (status) {
    case UploadStatus.PROCESSING:
      return 'PROCESSING';
    case UploadStatus.READY:
      return 'READY';
    case UploadStatus.FAILED:
      return 'FAILED';
    default:
      return 'AWAITING';
  }
}
