import type { ColumnType, Generated } from 'kysely';
import type { Announcement } from '../application/announcement.js';
import type { SuppressionReason } from '../application/suppression.repository.js';
import type { Channel, DeliveryStatus, Purpose } from '../domain/delivery.js';
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
  channel: Channel;
  purpose: Purpose;
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

interface AttemptRow {
  delivery_id: string;
  attempt: number;
  outcome: 'SENT' | 'POSTPONED' | 'FAILED' | 'SUPPRESSED';
  provider_message_id: string | null;
  error: string | null;
  ended_at: Generated<Date>;
}

interface PreferencesRow {
  user_id: string;
  language: string;
  phone: string | null;
  email_notifications: boolean;
  sms_notifications: boolean;
}

interface ReminderRow {
  event_id: string;
  user_id: string;
  order_id: string;
  due_at: Date;
  announcement: Announcement;
}

/** The tables of notification_db. */
export interface NotificationTables {
  notifications: NotificationRow;
  deliveries: DeliveryRow;
  contacts: { user_id: string; email: string; role: Generated<string>; blocked: Generated<boolean> };
  preferences: PreferencesRow;
  reminders: ReminderRow;
  delivery_attempts: AttemptRow;
  suppressions: {
    /** In small letters; of rows that are older than the hashes. */
    address: string | null;
    address_hash: Uint8Array | null;
    reason: SuppressionReason;
    report_id: string;
    created_at: Generated<Date>;
  };
  push_subscriptions: {
    endpoint: string;
    user_id: string;
    p256dh: string;
    auth: string;
    created_at: Generated<Date>;
  };
  stock_watches: { user_id: string; product_id: string; created_at: Generated<Date> };
  product_names: { product_id: string; name: string; slug: string };
  marketing_consents: { user_id: string; agreed: boolean };
}
