-- Payments the shopper has approved or made without confirming the order.
ALTER TABLE checkout_intents
  -- When the order is to be made without the shopper, or the money given back. Null: nothing is to be done.
  ADD COLUMN unordered_due_at  timestamptz,
  ADD COLUMN unordered_attempts integer NOT NULL DEFAULT 0;

CREATE INDEX checkout_intents_unordered ON checkout_intents (unordered_due_at) WHERE unordered_due_at IS NOT NULL;
