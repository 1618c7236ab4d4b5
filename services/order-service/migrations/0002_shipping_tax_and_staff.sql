ALTER TABLE orders
  ADD COLUMN shipping_method text    NOT NULL DEFAULT 'standard',
  -- The tax is part of the prices, not added to the total.
  ADD COLUMN tax_included    boolean NOT NULL DEFAULT false,
  -- What has been given back of the total.
  ADD COLUMN refunded        bigint  NOT NULL DEFAULT 0 CHECK (refunded >= 0 AND refunded <= total);

-- Each line's share of the discount and its tax, so that a unit that comes back is worth what was paid for it.
ALTER TABLE order_items
  ADD COLUMN discount bigint NOT NULL DEFAULT 0 CHECK (discount >= 0 AND discount <= total_price),
  ADD COLUMN tax      bigint NOT NULL DEFAULT 0 CHECK (tax >= 0);

ALTER TABLE checkout_quotes ADD COLUMN shipping_method text;
ALTER TABLE checkout_intents ADD COLUMN shipping_method text NOT NULL DEFAULT 'standard';

-- Orders cancelled before this was noted, whose payment went back.
UPDATE orders SET refunded = total
WHERE status = 'CANCELLED' AND EXISTS (
  SELECT FROM checkout_sagas WHERE order_id = orders.id AND refund_id IS NOT NULL);

-- What staff search by: everything newest first, and the beginnings of numbers and e-mail addresses.
CREATE INDEX orders_newest ON orders (created_at DESC, id DESC);
CREATE INDEX orders_number_prefix ON orders (number text_pattern_ops);
CREATE INDEX orders_email_prefix ON orders (lower(email) text_pattern_ops);
CREATE INDEX order_items_product ON order_items (product_id);
