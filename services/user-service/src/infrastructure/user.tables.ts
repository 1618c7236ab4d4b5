import type { ColumnType, Generated } from 'kysely';

interface ProfileRow {
  user_id: string;
  email: Generated<string>;
  email_verified: Generated<boolean>;
  first_name: Generated<string>;
  last_name: Generated<string>;
  phone: string | null;
  avatar: string | null;
  edited: Generated<boolean>;
  created_at: ColumnType<Date, Date | undefined, Date>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

interface PreferencesRow {
  user_id: string;
  email_notifications: Generated<boolean>;
  sms_notifications: Generated<boolean>;
  marketing_emails: Generated<boolean>;
  language: Generated<string>;
  currency: Generated<string>;
}

interface AddressRow {
  id: string;
  user_id: string;
  first_name: string;
  last_name: string;
  address_line1: string;
  address_line2: string | null;
  city: string;
  state: string;
  postal_code: string;
  country: string;
  phone: string;
  is_default: boolean;
  created_at: ColumnType<Date, Date | undefined, never>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

interface WishlistItemRow {
  id: string;
  user_id: string;
  product_id: string;
  added_at: ColumnType<Date, Date, never>;
}

interface DataRequestRow {
  id: string;
  user_id: string;
  kind: 'export' | 'erasure';
  requested_at: Date;
  completed_at: Date | null;
}

interface DataRequestAnswerRow {
  request_id: string;
  service: string;
  part: number;
  last: boolean;
  answer: ColumnType<unknown, string, never>;
}

/** The tables of user_db. */
export interface UserTables {
  profiles: ProfileRow;
  preferences: PreferencesRow;
  addresses: AddressRow;
  wishlist_items: WishlistItemRow;
  data_requests: DataRequestRow;
  data_request_answers: DataRequestAnswerRow;
}
