-- The English stem of a word, by which "hearts" and "heart" are one; the word itself where it is a stop word.
create function search_stem(word text) returns text
language sql immutable strict parallel safe
return coalesce((tsvector_to_array(to_tsvector('pg_catalog.english', word)))[1], word);

-- Words that find what a word finds: by its stem, so that all its forms have them.
create table search_synonyms (
  stem text not null,
  word text not null,
  synonym text not null,
  primary key (stem, synonym)
);

-- Searches that found nothing.
create table search_misses (
  query text primary key,
  count integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now()
);

create index search_misses_by_count on search_misses (count desc, query);

-- What two Englishes, and shops and their customers, call by different names.
insert into search_synonyms (stem, word, synonym)
select search_stem(word), word, other
from (values
  ('sofa couch settee'), ('trousers pants'), ('sneakers trainers'), ('jumper sweater pullover'),
  ('television tv'), ('fridge refrigerator'), ('torch flashlight'), ('purse handbag'), ('laptop notebook'),
  ('earphones headphones earbuds'), ('smartphone cellphone'), ('tap faucet'), ('duvet comforter'),
  ('curtain drape'), ('cutlery flatware silverware'), ('wardrobe closet'), ('perfume fragrance'),
  ('motorbike motorcycle'), ('jewellery jewelry'), ('colour color'), ('grey gray'), ('aluminium aluminum'),
  ('biscuit cookie'), ('sweets candy'), ('nappy diaper'), ('pram stroller'), ('rucksack backpack'),
  ('spectacles eyeglasses'), ('frock dress'), ('rubbish trash garbage'), ('cooker stove'), ('bunting pennant'),
  ('tshirt tee'), ('xmas christmas'), ('bday birthday'), ('carpet rug'), ('pyjamas pajamas'), ('doughnut donut')
) as alike (words)
cross join regexp_split_to_table(words, ' ') as word
cross join regexp_split_to_table(words, ' ') as other
where word <> other
on conflict do nothing;
