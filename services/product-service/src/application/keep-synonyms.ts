import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { deterministicId } from '@vici/utils';
import { type Synonyms, SynonymTable } from './synonyms.js';

/** The words that stand for others, as those who keep the catalogue see and change them. */
@Injectable()
export class KeepSynonyms {
  constructor(
    private readonly table: SynonymTable,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async list(): Promise<readonly Synonyms[]> {
    return await this.table.list();
  }

  /** Replaces what stands for a word; searches from now on know it. */
  async set(wanted: Synonyms): Promise<Synonyms> {
    await this.unitOfWork.transaction(async () => {
      const before = await this.table.replace(wanted);
      await this.audit.record({
        action: 'search.synonyms',
        target: { type: 'synonyms', id: deterministicId('synonyms', wanted.word) },
        before: { ...before },
        after: { ...wanted },
      });
    });
    return wanted;
  }
}
