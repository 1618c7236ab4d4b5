-- Units that cost nothing come back for nothing: their return is refunded with no money.
ALTER TABLE refunds DROP CONSTRAINT refunds_amount_check;
ALTER TABLE refunds ADD CONSTRAINT refunds_amount_check
  CHECK (amount > 0 OR (amount = 0 AND return_id IS NOT NULL)) NOT VALID;
ALTER TABLE refunds VALIDATE CONSTRAINT refunds_amount_check;
