import { Inject, Injectable } from '@nestjs/common';
import { Clock, CONFIG, type FieldFault, invalidFields } from '@vici/utils';
import { quarterOf } from '../../domain/grains.js';
import type { EventConfig } from '../../event.config.js';
import {
  type AnalyticsScope,
  type BehaviourReport,
  FigureQueries,
  type Interval,
  type SalesReport,
} from './analytics.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const DEFAULT_TOP = 10;
const MAX_TOP = 100;
const MAX_POINTS = 2_000;
const QUARTER_MS = 900_000;
/** At least so long is a point of a series. */
const POINT_MS: Readonly<Record<Interval, number>> = {
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 28 * DAY_MS,
};

/** What a caller may say of the figures wanted. */
export interface FigureRequest {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly interval?: Interval | undefined;
  readonly timeZone?: string | undefined;
  /** ISO 4217; the shop's where it is empty or absent. Amounts of other currencies are left out. */
  readonly currency?: string | undefined;
  /** Zero or absent: ten. */
  readonly top?: number | undefined;
}

/** Tells how the shop does in a range of time. */
@Injectable()
export class ReportFigures {
  constructor(
    private readonly figures: FigureQueries,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: EventConfig,
  ) {}

  /** @throws DomainError VALIDATION_FAILED naming the faulty fields */
  async sales(
    request: FigureRequest,
  ): Promise<{ readonly scope: AnalyticsScope; readonly sales: SalesReport }> {
    const scope = this.scopeOf(request);
    return { scope, sales: await this.figures.sales(scope) };
  }

  /** @throws DomainError VALIDATION_FAILED naming the faulty fields */
  async all(request: FigureRequest): Promise<{
    readonly scope: AnalyticsScope;
    readonly sales: SalesReport;
    readonly behaviour: BehaviourReport;
  }> {
    const scope = this.scopeOf(request);
    const [sales, behaviour] = await Promise.all([this.figures.sales(scope), this.figures.behaviour(scope)]);
    return { scope, sales, behaviour };
  }

  private scopeOf(request: FigureRequest): AnalyticsScope {
    const { from, to, interval = 'day', timeZone = 'UTC', top = 0 } = request;
    const currency = request.currency || this.config.SHOP_CURRENCY;
    // The quarter that is running is part of it.
    const end = quarterOf((to ?? this.clock.now()).getTime() + (to === undefined ? QUARTER_MS : 0));
    const start = from === undefined ? end - DEFAULT_DAYS * DAY_MS : quarterOf(from.getTime());
    const faults = faultsOf({ start, end, interval, timeZone, top, currency });
    if (faults.length > 0) throw invalidFields(faults);
    return {
      from: new Date(start),
      to: new Date(end),
      interval,
      timeZone,
      currency,
      top: top === 0 ? DEFAULT_TOP : top,
    };
  }
}

interface Wanted {
  readonly start: number;
  readonly end: number;
  readonly interval: Interval;
  readonly timeZone: string;
  readonly top: number;
  readonly currency: string;
}

function faultsOf({ start, end, interval, timeZone, top, currency }: Wanted): FieldFault[] {
  const faults: FieldFault[] = [];
  if (start >= end) faults.push({ field: 'to', message: 'must be at least a quarter of an hour after from' });
  if ((end - start) / POINT_MS[interval] > MAX_POINTS)
    faults.push({ field: 'interval', message: `makes more than ${MAX_POINTS} points of this range` });
  if (!isTimeZone(timeZone))
    faults.push({ field: 'timeZone', message: 'must be an IANA time zone such as Europe/Paris' });
  if (!/^[A-Z]{3}$/.test(currency)) faults.push({ field: 'currency', message: 'must be an ISO 4217 code' });
  if (top < 0 || top > MAX_TOP) faults.push({ field: 'top', message: `must be from 1 to ${MAX_TOP}` });
  return faults;
}

/** Offsets such as +07:00 are refused: PostgreSQL reads their sign the other way round. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
