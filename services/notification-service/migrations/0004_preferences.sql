-- How shoppers want to be told things, as user-service told; marketing has its own table.
create table preferences (
  user_id uuid primary key,
  language text not null,
  phone text,
  email_notifications boolean not null,
  sms_notifications boolean not null
);

-- Who is told of what concerns the staff.
alter table contacts add column role text not null default 'customer';
create index contacts_of_staff on contacts (role) where role <> 'customer';

-- What is told some time after its event. The content is filled in, the words are chosen when it is told.
create table reminders (
  event_id uuid primary key,
  user_id uuid not null,
  order_id uuid not null,
  due_at timestamptz not null,
  announcement jsonb not null
);
create index reminders_due on reminders (due_at);
create index reminders_of_order on reminders (order_id);
create index reminders_of_user on reminders (user_id);

-- Who waits for a product to be back, and what it is called.
create table stock_watches (
  user_id uuid not null,
  product_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (user_id, product_id)
);
create index stock_watches_of_product on stock_watches (product_id);
create table product_names (
  product_id uuid primary key,
  name text not null,
  slug text not null
);
