import { Injectable } from '@nestjs/common';
import { DomainError } from '@vici/utils';
import sharp from 'sharp';
import { type PictureFacts, type PictureFile, PictureMaker } from '../application/picture-maker.js';
import { MAX_PIXELS, type PictureSize } from '../domain/upload.js';

/** Effort of AVIF from 0 to 9: beyond 2 a picture takes several times as long for a few per cent of its bytes. */
const AVIF_EFFORT = 2;
const AVIF_QUALITY = 55;
const WEBP_QUALITY = 80;

const TYPES: Readonly<Record<string, string>> = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' };
const NO_PICTURE = { contentType: undefined, longerSide: 0, pixels: 0 };

/** Pictures by libvips, on its own threads; one of them for each picture, so that the service keeps its pace. */
@Injectable()
export class SharpPictureMaker extends PictureMaker {
  constructor() {
    super();
    sharp.concurrency(1);
    sharp.cache(false);
  }

  async inspect(file: Uint8Array): Promise<PictureFacts> {
    const meta = await sharp(file, { limitInputPixels: false })
      .metadata()
      .catch(() => undefined);
    if (meta === undefined) return NO_PICTURE;
    const { format, compression, width, height } = meta;
    const isAvif = format === 'heif' && compression === 'av1';
    return {
      contentType: isAvif ? 'image/avif' : TYPES[format],
      longerSide: Math.max(width, height),
      pixels: width * height,
    };
  }

  async *make(file: Uint8Array, sizes: readonly PictureSize[]): AsyncGenerator<PictureFile, void> {
    for (const { name, pixels } of sizes) {
      const picture = () =>
        sharp(file, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
          .autoOrient()
          .resize({ width: pixels, height: pixels, fit: 'inside', withoutEnlargement: true });
      yield {
        name: `${name}.webp`,
        contentType: 'image/webp',
        content: await readable(picture().webp({ quality: WEBP_QUALITY }).toBuffer()),
      };
      yield {
        name: `${name}.avif`,
        contentType: 'image/avif',
        content: await readable(picture().avif({ quality: AVIF_QUALITY, effort: AVIF_EFFORT }).toBuffer()),
      };
    }
  }
}

async function readable<T>(made: Promise<T>): Promise<T> {
  try {
    return await made;
  } catch (cause) {
    throw new DomainError('VALIDATION_FAILED', 'The file cannot be read as a picture.', undefined, { cause });
  }
}
