import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { asCaller, useService, useTestS3 } from '@vici/testing';
import type { Role } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';

const s3 = useTestS3(['pictures']);
const service = useService(productService, () => ({
  S3_ENDPOINT: s3.url,
  S3_BUCKET: 'pictures',
  S3_REGION: s3.region,
  S3_ACCESS_KEY_ID: s3.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  MEDIA_PUBLIC_URL: `${s3.url}/pictures/`,
}));

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');

const store = (key: string, contentType: string, content: Buffer, role: Role = 'system') =>
  asCaller({ role }, () =>
    service
      .client(ProductServiceDefinition)
      .storeImage({ key, contentType, content: Uint8Array.from(content) }),
  );

describe('storing a picture', () => {
  it('keeps it and gives the address it is served at', async () => {
    const { url } = await store('products/chair-0.png', 'image/png', png);
    const served = await fetch(url);

    expect(url).toBe(`${s3.url}/pictures/products/chair-0.png`);
    expect(served.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await served.arrayBuffer())).toEqual(png);
  });

  it('replaces the one that had its key', async () => {
    await store('products/again.svg', 'image/svg+xml', Buffer.from('<svg id="old"/>'));
    const { url } = await store('products/again.svg', 'image/svg+xml', svg);

    expect(await (await fetch(url)).text()).toBe(svg.toString());
  });

  it('takes an SVG, which may hold scripts, from system callers only', async () => {
    await expect(store('icons/a.svg', 'image/svg+xml', svg, 'admin')).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
    expect((await fetch(`${s3.url}/pictures/icons/a.svg`)).status).toBe(404);
  });

  it('tells readiness of its server without depending on it', async () => {
    const response = await fetch(`http://127.0.0.1:${service.running.httpPort}/ready`);

    expect(await response.json()).toMatchObject({ checks: { s3: { status: 'up' } } });
  });
});
