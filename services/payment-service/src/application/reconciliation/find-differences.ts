import { Injectable } from '@nestjs/common';
import { differencesOf, type FoundDifference, subjectOf } from '../../domain/payment-difference.js';
import type { ProviderTransaction } from '../../domain/provider-intent.js';
import { PaymentProvider } from '../payment-provider.js';
import { ReconciliationRepository, type Span } from './reconciliation.repository.js';

const BATCH = 200;

/** Compares the payments with the provider's books, with the orders, and with their own ledger. Changes nothing. */
@Injectable()
export class FindDifferences {
  constructor(
    private readonly books: ReconciliationRepository,
    private readonly provider: PaymentProvider,
  ) {}

  async execute(span: Span): Promise<{ checked: number; found: FoundDifference[] }> {
    const found: FoundDifference[] = [];
    const seen = new Set<string>();
    for await (const batch of inBatches(this.provider.transactions(span.from, span.to), BATCH)) {
      for (const { intent } of batch) seen.add(intent.id);
      found.push(...(await this.compare(batch, span)));
    }
    for await (const intent of this.books.captured(this.provider.name, span)) {
      const { providerIntentId, captured: ours } = intent;
      if (providerIntentId === undefined || !seen.has(providerIntentId)) {
        found.push({ kind: 'recorded_without_capture', ...subjectOf(intent), ours });
      }
    }
    found.push(...(await this.books.orderDifferences(span)), ...(await this.books.ledgerDifferences(span)));
    return { checked: seen.size, found };
  }

  private async compare(batch: readonly ProviderTransaction[], span: Span): Promise<FoundDifference[]> {
    const ids = batch.map(({ intent }) => intent.reference);
    const known = await this.books.known(ids);
    const intents = await this.books.settledIntents(ids, span.settledBefore);
    return batch.flatMap((transaction) => {
      const { reference } = transaction.intent;
      const onItsWay = known.has(reference) && !intents.has(reference);
      return onItsWay ? [] : differencesOf(intents.get(reference), transaction);
    });
  }
}

async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
