import { UploadKind, UploadStatus } from '@vici/proto-gen/product';
import { useTestRedis } from '@vici/testing';
import { DomainError, newId } from '@vici/utils';
import { beforeEach, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
const ID = newId();
const target = { url: 'http://s3/x?sig', headers: { 'content-type': 'image/png' }, expiresAt: CREATED };
const upload = {
  id: ID,
  kind: UploadKind.AVATAR,
  status: UploadStatus.AWAITING,
  url: 'http://media/a/1k.webp',
  variants: {},
  createdAt: CREATED,
};
let token = '';

beforeEach(async () => {
  ({ token } = await signIn(redis.client));
});

it('tells a user where to put a picture, and how far it is', async () => {
  const asked: unknown[] = [];
  upstreams.media.createUpload = async (request) => {
    asked.push(request);
    return { ...upload, target };
  };
  upstreams.media.completeUpload = async () => ({ ...upload, status: UploadStatus.PROCESSING });
  upstreams.media.getUpload = async () => ({
    ...upload,
    status: UploadStatus.READY,
    variants: { '1k.webp': 'http://media/a/1k.webp' },
  });
  const body = { kind: 'avatar', contentType: 'image/png', size: 1234 };
  expect((await call('POST', '/uploads', { body })).status).toBe(401);
  const made = await call('POST', '/uploads', { token, body });
  const completed = await call('POST', `/uploads/${ID}/complete`, { token });
  const ready = await call('GET', `/uploads/${ID}`, { token });
  const shown = {
    id: ID,
    kind: 'avatar',
    url: 'http://media/a/1k.webp',
    createdAt: '2026-03-01T10:00:00.000Z',
  };
  expect([made.status, made.body['data']]).toEqual([
    201,
    {
      ...shown,
      status: 'AWAITING',
      variants: {},
      upload: {
        method: 'PUT',
        url: 'http://s3/x?sig',
        headers: { 'content-type': 'image/png' },
        expiresAt: '2026-03-01T10:00:00.000Z',
      },
    },
  ]);
  expect(completed.body['data']).toEqual({ ...shown, status: 'PROCESSING', variants: {} });
  expect(ready.body['data']).toEqual({ ...shown, status: 'READY', variants: { '1k.webp': shown.url } });
  expect(asked).toEqual([{ kind: UploadKind.AVATAR, contentType: 'image/png', size: 1234n }]);
});

it('says what is wrong with a file', async () => {
  upstreams.media.createUpload = async () => {
    throw new DomainError('PAYLOAD_TOO_LARGE', 'The picture is too large.', { maxBytes: 5 });
  };
  const bad = await call('POST', '/uploads', {
    token,
    body: { kind: 'banner', contentType: 'image/png', size: 0 },
  });
  const large = await call('POST', '/uploads', {
    token,
    body: { kind: 'avatar', contentType: 'image/png', size: 9 },
  });
  expect([bad.status, bad.body['details']]).toEqual([
    400,
    {
      fields: [
        { field: 'kind', message: 'must be one of avatar, review, product' },
        { field: 'size', message: 'must be at least 1' },
      ],
    },
  ]);
  expect([large.status, large.body['error']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});
