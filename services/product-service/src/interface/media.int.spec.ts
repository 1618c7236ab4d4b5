import { Database } from '@vici/database';
import { createEvent } from '@vici/events';
import {
  type CreateUploadRequest,
  MediaServiceDefinition,
  ProductServiceDefinition,
  UploadKind,
  UploadStatus,
} from '@vici/proto-gen/product';
import { asCaller, eventually, pauseAt, useService, useTestS3 } from '@vici/testing';
import { newId, type Role } from '@vici/utils';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { SweepUploads } from '../application/sweep-uploads.use-case.js';
import { productService } from '../product.service.js';
import { categoryInputs, productInput } from './product.fixture.js';
import { renamed } from './review.fixture.js';

const s3 = useTestS3(['pictures', 'staging']);
const service = useService(productService, () => ({
  S3_ENDPOINT: s3.url,
  S3_BUCKET: 'pictures',
  S3_STAGING_BUCKET: 'staging',
  S3_REGION: s3.region,
  S3_ACCESS_KEY_ID: s3.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  MEDIA_PUBLIC_URL: `${s3.url}/pictures`,
}));
const media = () => service.client(MediaServiceDefinition);
const shop = () => service.client(ProductServiceDefinition);
const as = <T>(userId: string, work: () => Promise<T>, role: Role = 'customer') =>
  asCaller({ role, userId }, work);

/** A picture as a phone takes it: turned, and with the place it was taken at. */
const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c46' } })
    .withExif({ IFD0: { Copyright: 'Ada' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

const announce = (userId: string, over: Partial<CreateUploadRequest> = {}, role: Role = 'customer') =>
  as(
    userId,
    () => media().createUpload({ kind: UploadKind.REVIEW, contentType: 'image/jpeg', size: 1000n, ...over }),
    role,
  );
const put = (url: string, headers: Record<string, string>, content: Buffer) =>
  fetch(url, { method: 'PUT', headers, body: Uint8Array.from(content) });
const complete = (userId: string, id: string, role: Role = 'customer') =>
  as(userId, () => media().completeUpload({ id }), role);
const look = (userId: string, id: string) => as(userId, () => media().getUpload({ id }));

async function bring(
  userId: string,
  content: Buffer,
  over: Partial<CreateUploadRequest> = {},
  role: Role = 'customer',
) {
  const upload = await announce(userId, { size: BigInt(content.byteLength), ...over }, role);
  const { url = '', headers = {} } = upload.target ?? {};
  expect((await put(url, headers, content)).status).toBe(200);
  return upload;
}
async function bringReady(userId: string, over: Partial<CreateUploadRequest> = {}, role: Role = 'customer') {
  const { id } = await bring(userId, await photo(40, 30), over, role);
  await complete(userId, id, role);
  await eventually(async () => expect((await look(userId, id)).status).toBe(UploadStatus.READY));
  return await look(userId, id);
}
const sweepAll = () => service.get(SweepUploads).execute(-60_000);

beforeAll(async () => {
  await asCaller({ role: 'system' }, () => shop().upsertCategories({ categories: categoryInputs }));
});

describe('a picture of a user', () => {
  it('is put by its owner, and served upright in every size without a word about where it was taken', async () => {
    const userId = newId();
    const upload = await bring(userId, await photo(3000, 1500));
    expect(upload).toMatchObject({
      status: UploadStatus.AWAITING,
      url: `${s3.url}/pictures/media/review/${upload.id}/1k.webp`,
      variants: {},
    });

    const completed = await complete(userId, upload.id);

    expect(completed.status).toBe(UploadStatus.PROCESSING);
    await eventually(async () => expect((await look(userId, upload.id)).status).toBe(UploadStatus.READY), {
      timeoutMs: 30_000,
    });
    const { variants, url } = await look(userId, upload.id);
    const names = ['thumbnail', '1k', '2k', '4k'].flatMap((size) => [`${size}.webp`, `${size}.avif`]);
    expect(Object.keys(variants).sort()).toEqual(names.toSorted());
    const sizes = await Promise.all(
      names.map(async (name) => {
        const answer = await fetch(variants[name] ?? '');
        const meta = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
        return [
          name,
          answer.headers.get('content-type'),
          meta.width,
          meta.height,
          meta.exif,
          meta.orientation,
        ];
      }),
    );
    const row = (size: string, width: number, height: number) =>
      ['webp', 'avif'].map((type) => [
        `${size}.${type}`,
        `image/${type}`,
        width,
        height,
        undefined,
        undefined,
      ]);
    expect(sizes).toEqual([
      ...row('thumbnail', 128, 256),
      ...row('1k', 512, 1024),
      ...row('2k', 1024, 2048),
      ...row('4k', 1500, 3000),
    ]);
    expect(url).toBe(variants['1k.webp']);
    // What was put has done its work.
    await eventually(async () =>
      expect((await fetch(`${s3.url}/staging/uploads/${upload.id}`)).status).toBe(404),
    );
  }, 60_000);

  it('may be put in the announced type and length only: the address is signed for them', async () => {
    const { target } = await announce(newId(), { size: 777n });
    const signed = new URL(target?.url ?? '').searchParams;

    expect(signed.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(signed.get('X-Amz-Expires')).toBe('900');
    expect(target?.headers).toEqual({ 'content-type': 'image/jpeg', 'content-length': '777' });
  });

  it.each([
    ['a type that may hold scripts', { contentType: 'image/svg+xml' }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['more bytes than its kind may have', { size: 10n * 1024n * 1024n + 1n }, 'PAYLOAD_TOO_LARGE'],
    ['no bytes', { size: 0n }, 'VALIDATION_FAILED'],
    ['no kind', { kind: UploadKind.UNSPECIFIED }, 'VALIDATION_FAILED'],
    ['a product, by a customer', { kind: UploadKind.PRODUCT }, 'FORBIDDEN'],
  ])('for %s is refused', async (_what, over, code) => {
    await expect(announce(newId(), over)).rejects.toMatchObject({ code });
  });

  it('that is not what was announced is thrown away', async () => {
    const userId = newId();
    const script = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
    const wrong = await bring(userId, script);
    const png = await bring(userId, await photo(4, 4), { contentType: 'image/png' });
    const short = await announce(userId, { size: 5000n });

    await expect(complete(userId, short.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await put(short.target?.url ?? '', { 'content-type': 'image/jpeg' }, await photo(4, 4));
    const message = async (id: string) => {
      const refused = await complete(userId, id).catch((error: unknown) => error);
      return Reflect.get(Object(refused), 'details');
    };
    expect(await message(wrong.id)).toEqual({ fields: [{ field: 'file', message: 'is not image/jpeg' }] });
    expect(await message(png.id)).toEqual({ fields: [{ field: 'file', message: 'is not image/png' }] });
    expect(await message(short.id)).toEqual({
      fields: [{ field: 'file', message: 'has another size than was announced' }],
    });
    expect((await fetch(`${s3.url}/staging/uploads/${wrong.id}`)).status).toBe(404);
    expect(await look(userId, wrong.id)).toMatchObject({
      status: UploadStatus.FAILED,
      failure: 'is not image/jpeg',
    });
  });

  it('that begins like one but cannot be read fails, and is not tried again', async () => {
    const userId = newId();
    const whole = await photo(600, 600);
    const { id } = await bring(userId, whole.subarray(0, Math.floor(whole.length / 2)));
    await complete(userId, id);

    await eventually(async () =>
      expect(await look(userId, id)).toMatchObject({
        status: UploadStatus.FAILED,
        failure: 'cannot be read as a picture',
      }),
    );
  });

  it("is nobody else's business", async () => {
    const { id } = await announce(newId());
    const stranger = newId();

    const calls = [
      () => look(stranger, id),
      () => complete(stranger, id),
      () => as(stranger, () => media().deleteUpload({ id })),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('what shows a picture', () => {
  const review = (userId: string, productId: string, images: string[]) =>
    as(userId, () =>
      shop().createReview({ productId, rating: 5, title: 'T', comment: 'C', userName: 'A', images }),
    );
  const upsert = (images: string[], sku = newId()) =>
    asCaller({ role: 'system' }, async () => {
      const { products } = await shop().upsertProducts({ products: [productInput({ sku, images })] });
      return products[0]?.id ?? '';
    });

  it('is a review with pictures its author uploaded for one, and with no others', async () => {
    const [author, other] = [newId(), newId()];
    const productId = await upsert([]);
    const own = await bringReady(author);
    const avatar = await bringReady(author, { kind: UploadKind.AVATAR });
    const theirs = await bringReady(other);

    await expect(
      review(author, productId, [avatar.url, theirs.url, `${s3.url}/pictures/products/a.png`, own.url]),
    ).rejects.toMatchObject({
      details: {
        fields: [0, 1, 2].map((index) => ({
          field: `images[${index}]`,
          message: 'is not a picture that was uploaded for this',
        })),
      },
    });
    expect((await review(author, productId, [own.url])).images).toEqual([own.url]);
    expect(Object.keys(avatar.variants).sort()).toEqual([
      '1k.avif',
      '1k.webp',
      'thumbnail.avif',
      'thumbnail.webp',
    ]);
  });

  it('is a product with pictures of the shop, and with none from elsewhere', async () => {
    const admin = newId();
    const { url } = await bringReady(admin, { kind: UploadKind.PRODUCT }, 'admin');
    const stored = `${s3.url}/pictures/products/torch.png`;

    await expect(
      upsert([
        url,
        stored,
        'https://elsewhere.example/a.png',
        `${s3.url}/pictures/media/product/${newId()}/1k.webp`,
      ]),
    ).rejects.toMatchObject({
      details: {
        fields: [
          { field: 'products[0].images[2]', message: "must be the address of one of Vici's pictures" },
          { field: 'products[0].images[3]', message: 'is not a picture that was uploaded for this' },
        ],
      },
    });
    const id = await upsert([url, stored]);
    expect((await shop().getProduct({ by: { $case: 'id', value: id } })).images).toEqual([url, stored]);
  });

  it('keeps it from being deleted; what nothing shows is removed with all its files', async () => {
    const admin = newId();
    const [shown, unused] = [
      await bringReady(admin, { kind: UploadKind.PRODUCT }, 'admin'),
      await bringReady(admin, { kind: UploadKind.PRODUCT }, 'admin'),
    ];
    await upsert([shown.url]);
    const never = await announce(admin);

    await expect(as(admin, () => media().deleteUpload({ id: shown.id }))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await sweepAll();

    expect(await look(admin, shown.id)).toEqual(shown);
    expect((await fetch(shown.url)).status).toBe(200);
    for (const { id } of [unused, never])
      await expect(look(admin, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const files = await Promise.all(Object.values(unused.variants).map((address) => fetch(address)));
    expect(files.map(({ status }) => status)).toEqual(files.map(() => 404));
  });

  it('is a profile: its avatar stays until it has another one', async () => {
    const userId = newId();
    const [first, second] = [
      await bringReady(userId, { kind: UploadKind.AVATAR }),
      await bringReady(userId, { kind: UploadKind.AVATAR }),
    ];
    await as(userId, () => media().checkPictures({ kind: UploadKind.AVATAR, addresses: [first.url] }));
    await expect(
      as(newId(), () => media().checkPictures({ kind: UploadKind.AVATAR, addresses: [first.url] })),
    ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });

    await service.publish(renamed(userId, 'Ada', 'L', '2026-03-01T10:00:00.000Z', first.url));
    await service.publish(renamed(userId, 'Ada', 'L', '2026-03-01T11:00:00.000Z', second.url));
    const shown = async () => {
      const { pool } = service.get<Database<unknown>>(Database);
      const { rows } = await pool.query('select id from uploads where in_use and owner_id = $1', [userId]);
      return rows;
    };
    await eventually(async () => expect(await shown()).toEqual([{ id: second.id }]));
    await sweepAll();

    expect((await look(userId, second.id)).status).toBe(UploadStatus.READY);
    await expect(look(userId, first.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await service.publish(
      createEvent('user.deleted', {
        subject: userId,
        data: { userId, deletedAt: '2026-03-02T10:00:00.000Z' },
      }),
    );
    await eventually(async () => expect(await shown()).toEqual([]));
    await sweepAll();
    await expect(look(userId, second.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is no profile any more once its owner is erased: what nothing shows goes at once, and the report says so', async () => {
    const [userId, requestId] = [newId(), newId()];
    const avatar = await bringReady(userId, { kind: UploadKind.AVATAR });
    const shown = await bringReady(userId);
    await review(userId, await upsert([]), [shown.url]);
    await service.publish(renamed(userId, 'Ada', 'L', '2026-03-01T10:00:00.000Z', avatar.url));

    await service.publish(
      createEvent('user.deleted', {
        subject: userId,
        data: { userId, requestId, deletedAt: '2026-03-02T10:00:00.000Z' },
      }),
    );

    await eventually(() =>
      expect(service.events().find(({ subject }) => subject === requestId)?.data).toMatchObject({
        erased: { pictures: 1 },
        kept: [{ what: 'reviews', count: 1 }],
      }),
    );
    // Not yet a day old, which is how long anything else may wait to be shown.
    await service.get(SweepUploads).execute(24 * 3_600_000);
    expect((await fetch(avatar.url)).status).toBe(404);
    expect((await fetch(shown.url)).status).toBe(200);
  });

  it('is a profile, which has the time to say so: what was asked for stays', async () => {
    const userId = newId();
    const { id, url } = await bringReady(userId, { kind: UploadKind.AVATAR });
    const { id: unasked } = await bringReady(userId, { kind: UploadKind.AVATAR });
    const { pool } = service.get<Database<unknown>>(Database);
    await pool.query(`update uploads set created_at = now() - interval '25 hours' where owner_id = $1`, [
      userId,
    ]);
    const check = () =>
      as(userId, () => media().checkPictures({ kind: UploadKind.AVATAR, addresses: [url] }));

    await Promise.all([check(), check(), check()]);
    await service.get(SweepUploads).execute(24 * 3_600_000);

    expect((await look(userId, id)).status).toBe(UploadStatus.READY);
    await expect(look(userId, unasked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('taken into use while the sweeper looks is not removed', async () => {
    const admin = newId();
    const { id, url } = await bringReady(admin, { kind: UploadKind.PRODUCT }, 'admin');
    using pause = pauseAt('product.pictures-checked');
    const saving = upsert([url]);
    await pause.reached;

    await sweepAll();
    pause.resume();
    await saving;

    expect((await look(admin, id)).status).toBe(UploadStatus.READY);
    expect((await fetch(url)).status).toBe(200);
  });
});
