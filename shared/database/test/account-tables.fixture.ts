import type { Generated } from 'kysely';

/** Two accounts of 100 each, and entries of accounts. */
export interface AccountTables {
  account: { id: number; balance: bigint };
  entry: { id: Generated<bigint>; account_id: number; note: string };
}

/** Makes the tables anew. */
export const CREATE_ACCOUNTS = `
  drop table if exists entry, account;
  create table account (id int primary key, balance bigint not null constraint balance_positive check (balance >= 0));
  create table entry (
    id bigint generated always as identity primary key,
    account_id int not null constraint entry_account references account (id),
    note text not null);
  insert into account values (1, 100), (2, 100);`;
