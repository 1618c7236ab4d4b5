-- When another service last asked whether it may show the picture: until the event that says so is here, it stays.
alter table uploads add column checked_at timestamptz;
