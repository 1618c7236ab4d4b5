import type { UploadTarget as TargetMessage } from '@vici/proto-gen/product';
import type { UploadTarget } from '../application/object-store.js';

export function toTargetMessage({ url, headers, expiresAt }: UploadTarget): TargetMessage {
  return { url, headers: { ...headers }, expiresAt };
}
