import { Injectable } from '@nestjs/common';
import { MediaServiceDefinition, UploadKind } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc, isDomainError } from '@vici/utils';
import { Pictures } from '../application/pictures.js';

/** The pictures as product-service knows them. */
@Injectable()
export class GrpcPictures extends Pictures {
  constructor(
    @InjectGrpc(MediaServiceDefinition) private readonly media: GrpcClient<typeof MediaServiceDefinition>,
  ) {
    super();
  }

  async isOwnAvatar(address: string): Promise<boolean> {
    try {
      await this.media.checkPictures({ kind: UploadKind.AVATAR, addresses: [address] });
      return true;
    } catch (error) {
      if (isDomainError(error) && error.code === 'VALIDATION_FAILED') return false;
      throw error;
    }
  }
}
