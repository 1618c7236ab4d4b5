-- Where shoppers are reached, as their registration told; a delivery without recipient looks here.
create table contacts (
  user_id uuid primary key,
  email text not null
);
