import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import {
  AnalyticsServiceDefinition,
  EventAdminServiceDefinition,
  type ReadEventsResponse,
} from '@vici/proto-gen/event';
import {
  type GrpcClient,
  GrpcClientFactory,
  Logger,
  Metrics,
  runInContext,
  systemContext,
} from '@vici/utils';

const CALLER = 'events-command';
const PAGE = 1_000;
/** What may wait to be written. */
const WRITE_BYTES = 8 * 1_048_576;
/** Counting a year anew takes its time. */
const PATIENT = { timeoutMs: 3_600_000 } as const;

/** Which part of the archive; from inclusive, to exclusive, by time of arrival. */
export interface EventRange {
  readonly from: Date;
  readonly to: Date;
  /** All types when empty. */
  readonly eventTypes: readonly string[];
}

/** The archive of a running event-service, as the system's own caller sees it. */
export class EventArchiveClient {
  private readonly factory = new GrpcClientFactory({
    logger: new Logger({ service: CALLER, level: 'error', stream: process.stderr }),
    metrics: new Metrics(CALLER),
  });
  private readonly archive: GrpcClient<typeof EventAdminServiceDefinition>;
  private readonly analytics: GrpcClient<typeof AnalyticsServiceDefinition>;

  /** @param address `host:port` of event-service */
  constructor(address: string) {
    this.archive = this.factory.client(EventAdminServiceDefinition, address);
    this.analytics = this.factory.client(AnalyticsServiceDefinition, address);
  }

  /** Writes the events to a file, one CloudEvent a line; returns how many. A page is fetched while the last is written. */
  async export(range: EventRange, file: string): Promise<number> {
    const output = createWriteStream(file, { highWaterMark: WRITE_BYTES });
    let written = 0;
    let coming: Promise<ReadEventsResponse> | undefined = this.read(range, undefined);
    while (coming !== undefined) {
      const { eventsJson, nextCursor }: ReadEventsResponse = await coming;
      coming = nextCursor === undefined ? undefined : this.read(range, nextCursor);
      if (eventsJson.length > 0 && !output.write(`${eventsJson.join('\n')}\n`)) await once(output, 'drain');
      written += eventsJson.length;
    }
    output.end();
    await once(output, 'finish');
    return written;
  }

  /** Sends the events to a topic again; `onPage` hears how many have been sent so far. */
  async replay(range: EventRange, topic: string, onPage: (sent: number) => void): Promise<number> {
    let sent = 0;
    let cursor: string | undefined;
    do {
      const at = cursor;
      const page = await this.asSystem(() =>
        this.archive.replayEvents({ range: request(range, at), topic }, PATIENT),
      );
      sent += page.sent;
      cursor = page.nextCursor;
      onPage(sent);
    } while (cursor !== undefined);
    return sent;
  }

  /** Counts all figures anew. */
  async rebuild(): Promise<{ readonly orders: bigint; readonly events: bigint }> {
    return await this.asSystem(() => this.analytics.rebuildFigures({}, PATIENT));
  }

  async close(): Promise<void> {
    await this.factory.close();
  }

  private read(range: EventRange, cursor: string | undefined): Promise<ReadEventsResponse> {
    return this.asSystem(() => this.archive.readEvents(request(range, cursor), PATIENT));
  }

  private asSystem<T>(work: () => Promise<T>): Promise<T> {
    return runInContext(systemContext(CALLER), work);
  }
}

function request({ from, to, eventTypes }: EventRange, cursor: string | undefined) {
  return { from, to, eventTypes: [...eventTypes], limit: PAGE, ...(cursor !== undefined && { cursor }) };
}
