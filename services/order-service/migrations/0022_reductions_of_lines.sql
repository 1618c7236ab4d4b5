-- What the discount of each line is made of: promotions and the rounding of their shares, as
-- [{type, amount, description, promotionId?, couponCode?}], amounts in minor units, negative, in sum the line's
-- discount taken off. Empty for a line without a discount, and for one sold before this was noted.
ALTER TABLE order_items ADD COLUMN reductions jsonb NOT NULL DEFAULT '[]';
