import type { Readable } from 'node:stream';
import { z } from 'zod';

const bytes = z.instanceof(Uint8Array);

/**
 * The lines of a file in UTF-8, parted by LF or CRLF and by nothing else: JSON holds other separators as they are. Of a
 * line longer than `most` characters only the beginning is kept, one character more than that.
 */
export async function* linesOf(file: Readable, most: number): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of file) {
    const parts = (rest + decoder.decode(bytes.parse(chunk), { stream: true })).split('\n');
    rest = (parts.pop() ?? '').slice(0, most + 1);
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
