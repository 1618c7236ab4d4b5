import { INTERACTION_WEIGHT, type InteractionKind, type LearnedInteraction } from '../domain/interaction.js';

const [TAB, NEWLINE, BACKSLASH] = [9, 10, 92];
const ESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', v: '\v' };

/** The columns that {@link readCopied} expects of a COPY in text format. */
export const COPIED_COLUMNS =
  "position, coalesce(user_id::text, ''), session_id, product_id, kind, date_part('epoch', at) * 1000";

/** Interactions in order, and the position of the last one. */
export interface CopiedStretch {
  readonly rows: readonly LearnedInteraction[];
  readonly next: bigint;
}

/** Reads what COPY sends, chunk by chunk: an index of millions of rows is built by it. */
export async function* readCopied(chunks: AsyncIterable<Buffer>): AsyncGenerator<CopiedStretch> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield stretchOf(bytes.subarray(0, end));
  }
}

function stretchOf(bytes: Buffer): CopiedStretch {
  const rows: LearnedInteraction[] = [];
  let next = 0n;
  for (const line = new LineReader(bytes); !line.ended; ) {
    const position = line.text();
    const userId = line.text();
    const sessionId = line.text();
    const productId = line.text();
    const kind = kindOf(line.text());
    const at = Math.round(Number(line.text()));
    rows.push(
      userId === '' ? { sessionId, productId, kind, at } : { userId, sessionId, productId, kind, at },
    );
    if (line.ended) next = BigInt(position);
  }
  return { rows, next };
}

/** Each field is a string of its own: a piece of a longer one would keep all of it in memory. */
class LineReader {
  readonly #bytes: Buffer;
  #place = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#place >= this.#bytes.length;
  }

  text(): string {
    const from = this.#place;
    let escaped = false;
    for (let byte = this.#bytes[this.#place]; byte !== TAB && byte !== NEWLINE; ) {
      if (byte === undefined) throw new RangeError('A copied line ends too early');
      escaped ||= byte === BACKSLASH;
      this.#place += 1;
      byte = this.#bytes[this.#place];
    }
    const field = from === this.#place ? '' : this.#bytes.toString('utf8', from, this.#place);
    this.#place += 1;
    return escaped ? field.replaceAll(/\\(.)/g, (_all, letter: string) => ESCAPED[letter] ?? letter) : field;
  }
}

function kindOf(text: string): InteractionKind {
  const isKind = (name: string): name is InteractionKind => name in INTERACTION_WEIGHT;
  if (!isKind(text)) throw new RangeError(`${text} is no kind of interaction`);
  return text;
}
