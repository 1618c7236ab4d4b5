import type { ColumnType, Generated } from 'kysely';
import type { DeliveryStatus } from '../domain/delivery.js';
import type { NotificationType } from '../domain/notification.js';

interface NotificationRow {
  id: string;
  user_id: string;
  type: NotificationType;
  title: string;
  message: string;
  link: string | null;
  read_at: Date | null;
  created_at: Date;
  source_event_id: string;
  channel: Generated<string>;
}

/** The rendered mail. */
export interface DeliveryPayload {
  readonly html: string;
  readonly text: string;
}

interface DeliveryRow {
  id: string;
  event_id: string;
  user_id: string;
  channel: 'email';
  recipient: string;
  template: string;
  subject: string;
  payload: DeliveryPayload | null;
  status: Generated<DeliveryStatus>;
  attempts: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | undefined, Date>;
  provider_message_id: string | null;
  error: string | null;
  created_at: ColumnType<Date, Date | undefined, never>;
  sent_at: Date | null;
}

/** The tables of notification_db. */
export interface NotificationTables {
  notifications: NotificationRow;
  deliveries: DeliveryRow;
  contacts: { user_id: string; email: string };
  marketing_consents: { user_id: string; agreed: boolean };
}
