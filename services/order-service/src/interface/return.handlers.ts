import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import {
  type AdvanceReturnRequest,
  type ListReturnsRequest,
  type ListReturnsResponse,
  type RequestReturnRequest,
  type Return,
  ReturnStatus,
  type SearchReturnsRequest,
} from '@vici/proto-gen/order';
import { invalidField, parseId } from '@vici/utils/domain';
import { AdvanceReturnUseCase, type ReturnDecision } from '../application/returns/advance-return.use-case.js';
import { ListReturnsUseCase } from '../application/returns/list-returns.use-case.js';
import { RefundReturnUseCase } from '../application/returns/refund-return.use-case.js';
import { RequestReturnUseCase } from '../application/returns/request-return.use-case.js';
import { SearchReturnsUseCase } from '../application/returns/search-returns.use-case.js';
import { toReturnMessage, toReturnStatus } from './after-sales.mapper.js';
import { requireReason, toAmount, toItemQuantities, toNote } from './checkout-input.js';

/** Returns. Who may decide on them is checked by the controller. */
@Injectable()
export class ReturnHandlers {
  constructor(
    private readonly request: RequestReturnUseCase,
    private readonly list: ListReturnsUseCase,
    private readonly queue: SearchReturnsUseCase,
    private readonly decision: AdvanceReturnUseCase,
    private readonly refund: RefundReturnUseCase,
  ) {}

  async requestReturn({ orderId, lines, reason }: RequestReturnRequest): Promise<Return> {
    const wanted = toItemQuantities(lines, 'lines');
    if (wanted.length === 0) {
      throw invalidField('lines', 'must hold at least one line');
    }
    return toReturnMessage(
      await this.request.execute({
        orderId: parseId(orderId, 'orderId'),
        lines: wanted,
        reason: requireReason(reason),
      }),
    );
  }

  async listReturns({ orderId }: ListReturnsRequest): Promise<ListReturnsResponse> {
    const returns = await this.list.execute(parseId(orderId, 'orderId'));
    return { returns: returns.map(toReturnMessage), page: undefined };
  }

  async searchReturns({ status, page }: SearchReturnsRequest): Promise<ListReturnsResponse> {
    const found = await this.queue.execute(toReturnStatus(status), requestedPage(page));
    return { returns: found.items.map(toReturnMessage), page: pageInfoOf(found) };
  }

  async advanceReturn(request: AdvanceReturnRequest): Promise<Return> {
    const returnId = parseId(request.id, 'id');
    if (request.status === ReturnStatus.REFUNDED) {
      const { amount } = request;
      return toReturnMessage(
        await this.refund.execute(returnId, amount === undefined ? undefined : toAmount(amount)),
      );
    }
    return toReturnMessage(await this.decision.execute(toDecision(returnId, request)));
  }
}

function toDecision(returnId: string, request: AdvanceReturnRequest): ReturnDecision {
  const { restock, noneRestocked } = request;
  const status = toReturnStatus(request.status);
  if (status === undefined || status === 'REQUESTED' || status === 'REFUNDED') {
    throw invalidField('status', 'must be one of APPROVED, REJECTED, RECEIVED, REFUNDED');
  }
  const note = toNote(request.note);
  const fit = noneRestocked ? [] : toItemQuantities(restock, 'restock');
  return {
    returnId,
    status,
    ...(note === undefined ? {} : { note }),
    ...(noneRestocked || fit.length > 0 ? { restock: fit } : {}),
  };
}
