-- Who has agreed to mails that are not about an order or the account; nobody has unless they said so.
create table marketing_consents (
  user_id uuid primary key,
  agreed boolean not null
);
