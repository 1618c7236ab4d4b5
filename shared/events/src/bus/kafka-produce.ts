import { createAPI, ProduceAcks, produceV9, Writer } from '@platformatic/kafka';

/** Records on their way to one partition, see `encodeRecordBatch`. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: Buffer;
}

/**
 * Produces batches that are encoded already, at most one for each partition, and waits for all in-sync replicas. Version
 * 9 of the request (https://kafka.apache.org/protocol#The_Messages_Produce): every broker since 2.8 takes it.
 */
export const produce = createAPI<
  [transactionalId: string, timeoutMs: number, batches: readonly PartitionBatch[]],
  ReturnType<typeof produceV9.parseResponse>
>(produceV9.api.key, produceV9.api.version, requestOf, produceV9.parseResponse);

function requestOf(transactionalId: string, timeoutMs: number, batches: readonly PartitionBatch[]): Writer {
  const topics = [...Map.groupBy(batches, ({ topic }) => topic)];
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(ProduceAcks.ALL)
    .appendInt32(timeoutMs)
    .appendArray(topics, (request, [topic, ofTopic]) => {
      request.appendString(topic).appendArray(ofTopic, (entry, { partition, records }) => {
        entry.appendInt32(partition).appendBytes(records);
      });
    })
    .appendTaggedFields();
}
