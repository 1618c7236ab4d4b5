import { pipeline, Readable, Transform } from 'node:stream';
import type { RequestContext } from '@vici/utils';
import { inContext } from './in-context.js';

/** A text to be saved as a file, without end in sight: its pieces are asked for as the client takes them. */
export class TextDownload {
  /**
   * @param fileName the browser saves it under
   * @param contentType one of the route's `download`
   */
  constructor(
    readonly fileName: string,
    readonly contentType: string,
    private readonly pieces: AsyncIterable<string>,
  ) {}

  /** The text. A failure breaks the download off: half a file must not look whole. */
  body(context: RequestContext, onError: (error: unknown) => void): Readable {
    const source = Readable.from(inContext(context, this.pieces), { highWaterMark: 1 });
    const text = new Transform({
      writableObjectMode: true,
      transform: (piece, _encoding, done) => done(null, piece),
    });
    return pipeline(source, text, (error) => {
      if (error !== null && error !== undefined && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        onError(error);
      }
    });
  }
}
