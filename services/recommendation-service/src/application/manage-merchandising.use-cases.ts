import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { Clock, invalidField, newId, notFound } from '@vici/utils';
import type { MerchandisingFields, MerchandisingRule } from '../domain/merchandising.js';
import { MerchandisingRepository } from './merchandising.repository.js';
import { MerchandisingRules } from './merchandising-rules.js';

const MOST_RULES = 1_000;
const ENTITY = 'Merchandising rule';

/** Adds a rule. */
@Injectable()
export class CreateMerchandisingRule {
  constructor(
    private readonly rules: MerchandisingRepository,
    private readonly inForce: MerchandisingRules,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED when there are a thousand already */
  async execute(fields: MerchandisingFields): Promise<MerchandisingRule> {
    const rule = await this.unitOfWork.transaction(async () => {
      if ((await this.rules.list()).length >= MOST_RULES) {
        throw invalidField('kind', `cannot be added: there are ${MOST_RULES} rules already`);
      }
      const added = await this.rules.add(newId(), fields, this.clock.now());
      const target = { type: 'merchandising-rule', id: added.id };
      await this.audit.record({ action: 'merchandising.create', target, after: { ...fields } });
      return added;
    });
    this.inForce.forget();
    return rule;
  }
}

/** Replaces a rule as a whole. */
@Injectable()
export class ReplaceMerchandisingRule {
  constructor(
    private readonly rules: MerchandisingRepository,
    private readonly inForce: MerchandisingRules,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async execute(id: string, fields: MerchandisingFields): Promise<MerchandisingRule> {
    const rule = await this.unitOfWork.transaction(async () => {
      const before = await this.rules.findLocked(id);
      if (before === undefined) throw notFound(ENTITY, id);
      const replaced = await this.rules.replace(id, fields, this.clock.now());
      const target = { type: 'merchandising-rule', id };
      const told = { before: { ...before }, after: { ...fields } };
      await this.audit.record({ action: 'merchandising.update', target, ...told });
      return replaced;
    });
    this.inForce.forget();
    return rule;
  }
}

/** Takes a rule away. */
@Injectable()
export class DeleteMerchandisingRule {
  constructor(
    private readonly rules: MerchandisingRepository,
    private readonly inForce: MerchandisingRules,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async execute(id: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const before = await this.rules.findLocked(id);
      if (before === undefined) throw notFound(ENTITY, id);
      await this.rules.delete(id);
      const target = { type: 'merchandising-rule', id };
      await this.audit.record({ action: 'merchandising.delete', target, before: { ...before } });
    });
    this.inForce.forget();
  }
}
