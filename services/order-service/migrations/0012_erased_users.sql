-- Who wants nothing kept that need not be: what is still on its way to them is made nameless when it has arrived.
CREATE TABLE erased_users (
  user_id   uuid        PRIMARY KEY,
  erased_at timestamptz NOT NULL
);
