import { Controller } from '@nestjs/common';
import { MediaServiceDefinition } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './uploads.routes.js';
import { KIND_OF, toUpload } from './uploads.shapes.js';

type UploadAnswer = ReturnType<typeof toUpload>;

/** Reading and checking a large file takes its time. */
const COMPLETE_TIMEOUT_MS = 9000;

@Controller()
export class UploadsController {
  constructor(
    @InjectGrpc(MediaServiceDefinition) private readonly media: GrpcClient<typeof MediaServiceDefinition>,
  ) {}

  @Route(routes.createUploadRoute)
  async create({ body }: RouteInput<typeof routes.createUploadRoute>): Promise<UploadAnswer> {
    const { kind, contentType, size } = body;
    return toUpload(await this.media.createUpload({ kind: KIND_OF[kind], contentType, size: BigInt(size) }));
  }

  @Route(routes.completeUploadRoute)
  async complete({ params }: RouteInput<typeof routes.completeUploadRoute>): Promise<UploadAnswer> {
    return toUpload(await this.media.completeUpload({ id: params.id }, { timeoutMs: COMPLETE_TIMEOUT_MS }));
  }

  @Route(routes.getUploadRoute)
  async get({ params }: RouteInput<typeof routes.getUploadRoute>): Promise<UploadAnswer> {
    return toUpload(await this.media.getUpload({ id: params.id }));
  }

  @Route(routes.deleteUploadRoute)
  async remove({ params }: RouteInput<typeof routes.deleteUploadRoute>): Promise<null> {
    await this.media.deleteUpload({ id: params.id });
    return null;
  }
}
