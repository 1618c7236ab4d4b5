-- What a shopper sees in the inbox of the shop.
create table notifications (
  id uuid primary key,
  user_id uuid not null,
  type text not null check (type in ('info', 'success', 'warning', 'error')),
  title text not null,
  message text not null,
  link text,
  read_at timestamptz,
  created_at timestamptz not null,
  source_event_id uuid not null,
  channel text not null default 'inbox',
  constraint notifications_once unique (source_event_id, channel)
);

create index notifications_of_user on notifications (user_id, created_at desc, id desc);
create index notifications_unread on notifications (user_id) where read_at is null;

-- One message to one recipient. The id is computed from event, channel and recipient.
create table deliveries (
  id uuid primary key,
  event_id uuid not null,
  user_id uuid not null,
  channel text not null check (channel in ('email')),
  recipient text not null,
  template text not null,
  subject text not null,
  -- The rendered text; forgotten once sent, for it may hold a secret link.
  payload jsonb,
  status text not null default 'PENDING' check (status in ('PENDING', 'SENDING', 'SENT', 'FAILED')),
  attempts integer not null default 0,
  -- PENDING: not before this. SENDING: who sends it is believed dead after this.
  next_attempt_at timestamptz not null default now(),
  provider_message_id text,
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint deliveries_once unique (event_id, channel, recipient),
  check ((payload is null) = (status = 'SENT'))
);

create index deliveries_due on deliveries (next_attempt_at) where status in ('PENDING', 'SENDING');
