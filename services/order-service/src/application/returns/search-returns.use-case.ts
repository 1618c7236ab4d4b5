import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '@vici/database';
import type { Return, ReturnStatus } from '../../domain/return.entity.js';
import { ReturnRepository } from '../ports/return.repository.js';

/** The queue of returns, oldest first, for the shop's staff. */
@Injectable()
export class SearchReturnsUseCase {
  constructor(private readonly returns: ReturnRepository) {}

  execute(status: ReturnStatus | undefined, page: PageRequest): Promise<Page<Return>> {
    return this.returns.queue(status, page);
  }
}
