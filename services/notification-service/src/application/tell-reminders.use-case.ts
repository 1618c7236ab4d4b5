import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock } from '@vici/utils';
import { ContactRepository } from './contact.repository.js';
import { NotifyShopper } from './notify-shopper.use-case.js';
import { ReminderRepository } from './reminder.repository.js';

const AT_ONCE = 50;

/** Tells what is due by now to whoever still agrees to such mails. */
@Injectable()
export class TellReminders {
  constructor(
    private readonly reminders: ReminderRepository,
    private readonly contacts: ContactRepository,
    private readonly notify: NotifyShopper,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @returns whether there may be more */
  async execute(): Promise<boolean> {
    return await this.unitOfWork.transaction(async () => {
      const due = await this.reminders.takeDue(this.clock.now(), AT_ONCE);
      for (const announcement of due) {
        if (await this.contacts.hasAgreedToMarketing(announcement.userId)) {
          await this.notify.execute(announcement);
        }
      }
      return due.length === AT_ONCE;
    });
  }
}
