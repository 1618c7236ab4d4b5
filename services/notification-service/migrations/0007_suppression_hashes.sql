-- Suppressed addresses are known by a keyed hash, so that the suppression holds when the person has been forgotten. Rows
-- of before keep the address until its owner is erased.
alter table suppressions drop constraint suppressions_pkey;
alter table suppressions alter column address drop not null;
alter table suppressions add constraint suppressions_address unique (address);
alter table suppressions add column address_hash bytea constraint suppressions_hash unique;
alter table suppressions add constraint suppressions_known check (num_nonnulls(address, address_hash) = 1);
