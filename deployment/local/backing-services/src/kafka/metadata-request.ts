import { connect } from 'node:net';

/** What a broker says about its cluster. */
export interface ClusterMetadata {
  brokers: { id: number; host: string; port: number }[];
  clusterId: string | undefined;
  controllerId: number;
}

const METADATA_KEY = 3;
const METADATA_VERSION = 2;
const CORRELATION_ID = 1;
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Asks a broker for its cluster, without any topic: one Metadata request, version 2, by the Kafka protocol guide
 * (https://kafka.apache.org/protocol). A whole client library for one question would be too much here.
 * @throws Error when nobody answers within `timeoutMs` or the answer is not Kafka's
 */
export async function requestMetadata(
  host: string,
  port: number,
  timeoutMs: number,
): Promise<ClusterMetadata> {
  const request = Buffer.alloc(18);
  request.writeInt32BE(14, 0);
  request.writeInt16BE(METADATA_KEY, 4);
  request.writeInt16BE(METADATA_VERSION, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  // No client id, and an empty list of topics.
  request.writeInt16BE(-1, 12);
  request.writeInt32BE(0, 14);
  const answer = await exchange(host, port, request, timeoutMs);
  const reader = new AnswerReader(answer);
  if (reader.int32() !== CORRELATION_ID) {
    throw new Error(`the server at ${host}:${port} does not answer as Kafka does`);
  }
  const brokers = Array.from({ length: reader.int32() }, () => {
    const broker = { id: reader.int32(), host: reader.text() ?? '', port: reader.int32() };
    // The rack, of no use here.
    reader.text();
    return broker;
  });
  return { brokers, clusterId: reader.text(), controllerId: reader.int32() };
}

class AnswerReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  text(): string | undefined {
    const length = this.#bytes.readInt16BE(this.#at);
    this.#at += 2;
    if (length < 0) {
      return undefined;
    }
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }
}

/** Sends one request and gives back the answer without its length. */
function exchange(host: string, port: number, request: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((done, fail) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    const giveUp = (reason: string): void => {
      socket.destroy(new Error(`${host}:${port} ${reason}`));
    };
    socket.setTimeout(timeoutMs, () => giveUp('does not answer'));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error(`${host}:${port} closed the connection`)));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const length = received.length < 4 ? 0 : received.readInt32BE(0);
      if (length < 0 || length > MAX_ANSWER_BYTES) {
        giveUp('does not answer as Kafka does');
      } else if (received.length >= 4 && received.length >= length + 4) {
        done(received.subarray(4, length + 4));
        socket.destroy();
      }
    });
  });
}
