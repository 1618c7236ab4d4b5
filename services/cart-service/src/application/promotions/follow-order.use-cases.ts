import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { RedemptionRepository } from './redemption.repository.js';

/** Gives the uses of an order back once a try at paying it is over. */
@Injectable()
export class ReleasePromotions {
  constructor(
    private readonly redemptions: RedemptionRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** A redemption of the try that comes in later, from a call given up for lost, is refused. */
  async execute(orderId: string, attempt: number): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const { redeemedAttempt } = await this.redemptions.lock(orderId);
      if (redeemedAttempt !== undefined && redeemedAttempt <= attempt)
        await this.redemptions.giveBack(orderId);
      await this.redemptions.noteReleased(orderId, attempt);
    });
  }
}

/** Remembers that a shopper has ordered: what comes next is not the first order. */
@Injectable()
export class NoteConfirmedOrder {
  constructor(private readonly redemptions: RedemptionRepository) {}

  async execute(orderId: string, userId: string): Promise<void> {
    await this.redemptions.noteConfirmed(orderId, userId);
  }
}

/** Forgets an order that came to nothing, and gives back what it used. */
@Injectable()
export class NoteCancelledOrder {
  constructor(
    private readonly redemptions: RedemptionRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async execute(orderId: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const { redeemedAttempt } = await this.redemptions.lock(orderId);
      if (redeemedAttempt !== undefined) await this.redemptions.giveBack(orderId);
      await this.redemptions.noteCancelled(orderId);
    });
  }
}
