-- An order may cost nothing: its payment moves no money.
alter table payment_intents drop constraint payment_intents_amount_minor_check;
alter table payment_intents add constraint payment_intents_amount_minor_check check (amount_minor >= 0) not valid;
alter table payment_intents validate constraint payment_intents_amount_minor_check;
