-- Who may not sign in is told nothing of what concerns the staff.
alter table contacts add column blocked boolean not null default false;
