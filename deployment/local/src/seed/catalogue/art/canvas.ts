import { createHash } from 'node:crypto';

/** Seven colors that go together: a ground in two tones, an object in three, one contrast and one dark. */
export interface Palette {
  backdrop: string;
  halo: string;
  main: string;
  shade: string;
  light: string;
  accent: string;
  ink: string;
}

/** What a drawing may depend on. */
export interface Scene {
  palette: Palette;
  tags: readonly string[];
  /** From 0 to 3: which of a drawing's small variations to show. */
  variety: number;
}

/** Draws an object standing on y = 640 within an 800 x 800 canvas, as SVG elements. */
export type Drawing = (scene: Scene) => string;

const palettes = [
  '#f6ebdd #f0d5b8 #c8643c #a14b2a #e8a883 #2f5d62 #2b2a33',
  '#e4f0ec #bfddd4 #2f7f79 #215f5b #7fc2b8 #f0a35e #20323a',
  '#e8ecf5 #c9d4ea #34508c #263b69 #8aa3d6 #f2b84b #1e2540',
  '#fbf3dc #f5e0a6 #d99a2b #b0781a #f6d084 #3e5c76 #33302b',
  '#f3e9f1 #dfc6dc #7a4272 #5b2f55 #b990b3 #e9a15b #2e2033',
  '#eaf0e2 #cbdcb8 #4f7942 #3a5b31 #9fc18f #e2854a #25301f',
  '#fbeaea #f3cbcb #d0616b #a9444f #f0aeb2 #3d5a6c #35252b',
  '#edeef0 #d2d6dc #56616e #3d4651 #a3adb8 #e8734a #23272d',
  '#e6f3f9 #bfe0ef #3e92b8 #2c6f8e #97cde4 #f0856a #1f3440',
  '#f5f1ea #e3d9c8 #4a4a54 #34343c #8f8f9a #d9a441 #1c1c22',
].map(paletteOf);

function paletteOf(colors: string): Palette {
  const [backdrop = '', halo = '', main = '', shade = '', light = '', accent = '', ink = ''] =
    colors.split(' ');
  return { backdrop, halo, main, shade, light, accent, ink };
}

/** The scene of a picture; the same key always gives the same colors and variation. */
export function sceneOf(key: string, tags: readonly string[]): Scene {
  const digest = createHash('sha256').update(key).digest();
  const palette = palettes[digest.readUInt16BE(0) % palettes.length];
  if (palette === undefined) throw new Error('There is no palette to choose from');
  return { palette, tags, variety: digest.readUInt8(2) % 4 };
}

/** Puts drawn elements into a standalone SVG document, with a title for screen readers and a caption. */
export function svgDocument(content: string, title: string, caption: string, palette: Palette): string {
  const text = escapeXml(caption.toUpperCase());
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800" role="img">' +
    `<title>${escapeXml(title)}</title><rect width="800" height="800" fill="${palette.backdrop}"/>` +
    content.replace(/\s*\n\s*/g, '') +
    `<text x="400" y="748" text-anchor="middle" font-family="Helvetica, Arial, sans-serif" font-size="22" ` +
    `letter-spacing="6" fill="${palette.ink}" fill-opacity=".65">${text}</text></svg>`
  );
}

/** Makes text safe inside an XML element or attribute. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
