-- Units of a line that were not on the shelf when they were set aside.
ALTER TABLE order_items
  ADD COLUMN backordered integer NOT NULL DEFAULT 0 CHECK (backordered BETWEEN 0 AND quantity);

-- The same while the order is not written yet: [{orderItemId, quantity}].
ALTER TABLE checkout_sagas ADD COLUMN backordered jsonb NOT NULL DEFAULT '[]';
