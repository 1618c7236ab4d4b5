import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { AfterCommit } from '../application/after-commit.js';

/** The commit of the database's open transaction. */
@Injectable()
export class DatabaseAfterCommit extends AfterCommit {
  constructor(@Inject(Database) private readonly database: Database<unknown>) {
    super();
  }

  run(work: () => void | Promise<void>): void {
    this.database.afterCommit(work);
  }
}
