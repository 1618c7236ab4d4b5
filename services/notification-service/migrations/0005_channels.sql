alter table deliveries drop constraint deliveries_channel_check;
alter table deliveries add constraint deliveries_channel_check check (channel in ('email', 'sms', 'push'));

-- What a delivery is for decides whether it may be unwanted.
alter table deliveries add column purpose text not null default 'account'
  check (purpose in ('account', 'order', 'marketing'));

-- SUPPRESSED: not to be sent after all, as the error tells.
alter table deliveries drop constraint deliveries_status_check;
alter table deliveries add constraint deliveries_status_check
  check (status in ('PENDING', 'SENDING', 'SENT', 'FAILED', 'SUPPRESSED'));
alter table deliveries drop constraint deliveries_check;
alter table deliveries add constraint deliveries_payload_while_needed
  check ((payload is null) = (status in ('SENT', 'SUPPRESSED')));

create index deliveries_newest on deliveries (created_at desc, id desc);
create index deliveries_of_user on deliveries (user_id, created_at desc);
create index deliveries_to on deliveries (recipient text_pattern_ops);

-- Every attempt to send a delivery and what came of it.
create table delivery_attempts (
  delivery_id uuid not null references deliveries (id) on delete cascade,
  attempt integer not null,
  outcome text not null check (outcome in ('SENT', 'POSTPONED', 'FAILED', 'SUPPRESSED')),
  provider_message_id text,
  error text,
  ended_at timestamptz not null default clock_timestamp()
);
create index delivery_attempts_of on delivery_attempts (delivery_id, ended_at);

-- Addresses that nothing is sent to any more: they bounce, or somebody there has complained.
create table suppressions (
  address text primary key,
  reason text not null check (reason in ('bounce', 'complaint')),
  report_id text not null,
  created_at timestamptz not null default now()
);

-- Browsers that take pushes.
create table push_subscriptions (
  endpoint text primary key,
  user_id uuid not null,
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null default now()
);
create index push_subscriptions_of_user on push_subscriptions (user_id);
