import { Injectable } from '@nestjs/common';
import type { BehaviourEvent } from '../check-event.js';
import { RecommendationFigures, SearchFigures, VisitFigures } from './figures.port.js';

/** Brings the figures up to what shoppers have done. What programs did is no figure. */
@Injectable()
export class CountBehaviour {
  constructor(
    private readonly visits: VisitFigures,
    private readonly searches: SearchFigures,
    private readonly recommendations: RecommendationFigures,
  ) {}

  /** @param events each once, in order. In the current transaction. */
  async count(events: readonly BehaviourEvent[]): Promise<void> {
    const byPersons = events.filter(({ data }) => data.bot !== true);
    if (byPersons.length === 0) return;
    await this.visits.count(byPersons);
    await this.searches.count(byPersons);
    await this.recommendations.count(byPersons);
  }
}
