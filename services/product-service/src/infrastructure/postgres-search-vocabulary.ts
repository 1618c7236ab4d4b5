import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { SearchVocabulary } from '../application/search-vocabulary.js';
import { storableText } from '../domain/product-query.js';
import type { KnownWord, QueryReading } from '../domain/search-query.js';
import type { ProductTables } from './product.tables.js';

/** More words than this narrow no result down; they only cost time. */
const MAX_WORDS = 8;
/** No word of the vocabulary is longer. */
const MAX_LETTERS = 40;
const MAX_NEAR = 4;
const MAX_COMPLETIONS = 3;
/** Of so many words that begin alike each is looked for by itself, which takes the index a third of the time. */
const MAX_LONGER = 8;
/** Sorts after everything a word may go on with: a range of it finds prefixes by the index, where LIKE would not. */
const LAST_CHARACTER = '\u{10ffff}';

interface ReadingRow {
  readonly word: string;
  readonly stem: string | null;
  readonly is_whole: boolean;
  readonly is_prefix: boolean;
  readonly longer: readonly KnownWord[];
  readonly near: readonly KnownWord[];
  readonly synonyms: readonly KnownWord[];
  readonly completions: readonly string[];
}

/** The table search_words. */
@Injectable()
export class PostgresSearchVocabulary extends SearchVocabulary {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async read(text: string, nearKnownWords: boolean): Promise<QueryReading> {
    const storable = storableText(text).trim();
    if (storable === '') return { words: [], completions: [] };
    const { rows } = await readingOf(storable, nearKnownWords).execute(this.database.query);
    return {
      words: rows.map(({ word, stem, is_whole, is_prefix, longer, near, synonyms }) => ({
        word,
        stem: stem ?? word,
        isStopWord: stem === null,
        isWhole: is_whole,
        isPrefix: is_prefix,
        longer: longer.length > MAX_LONGER ? undefined : longer,
        near,
        synonyms,
      })),
      completions: rows.at(-1)?.completions ?? [],
    };
  }
}

/**
 * A word is near another when at most two letters differ (one in words of up to four letters), with two swapped
 * letters counting as one difference. Codes are never corrected: another number is another thing.
 * The edit distance is Levenshtein's (extension fuzzystrmatch); only the nearest count, and between words equally far
 * the one that begins the same, then the more frequent one, comes first.
 * A word that is the beginning of others may be unfinished or misspelt: it is taken for misspelt too where the other
 * word is one letter away and more frequent than any it begins.
 *
 * Only the text is a parameter: whatever it is, the plan is the same, so PostgreSQL keeps it. Planning would take twice
 * as long as reading.
 */
function readingOf(text: string, nearKnownWords: boolean) {
  return sql<ReadingRow>`
    with asked as (
      select word, min(position) as position
      from regexp_split_to_table(search_text(${text}), ' ') with ordinality as token (token, position),
        left(token, ${sql.lit(MAX_LETTERS)}) as word
      where word <> ''
      group by word
      order by 2
      limit ${sql.lit(MAX_WORDS)}
    ), judged as (
      select word, position, stemmed.stem, max(position) over () as last, beginning.frequency as begun,
        exists (select from search_words s where s.word = asked.word)
          or exists (select from search_words s where s.stem = stemmed.stem) as is_whole
      from asked
      cross join lateral (select (tsvector_to_array(to_tsvector('english', word)))[1] as stem) stemmed
      cross join lateral (
        select max(s.frequency) as frequency from search_words s
        where s.word >= asked.word and s.word < asked.word || ${sql.lit(LAST_CHARACTER)}
      ) beginning
    )
    select j.word, j.stem, j.is_whole, j.begun is not null as is_prefix, longer.longer, near.near, alike.synonyms,
      ending.completions
    from judged j
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('word', word, 'stem', stem)), '[]') as longer
      from (
        select s.word, s.stem from search_words s
        where s.word > j.word and s.word < j.word || ${sql.lit(LAST_CHARACTER)}
        limit ${sql.lit(MAX_LONGER + 1)}
      ) longer
    ) longer
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('word', word, 'stem', stem)), '[]') as near
      from (
        select word, stem, frequency, distance, min(distance) over () as nearest
        from (
          select s.word, s.stem, s.frequency, case
            when char_length(s.word) = char_length(j.word) and sorted_letters(s.word) = sorted_letters(j.word) then 1
            else levenshtein_less_equal(s.word, j.word, 2)
          end as distance
          from search_words s
          where (${sql.lit(nearKnownWords)} or not j.is_whole) and j.stem is not null
            and j.word !~ '[0-9]' and s.word !~ '[0-9]'
            and char_length(j.word) >= 3 and s.word <> j.word
            and char_length(s.word) between char_length(j.word) - 2 and char_length(j.word) + 2
            and levenshtein_less_equal(s.word, j.word, 2) <= 2
        ) candidate
        where (distance = 1 or char_length(j.word) >= 5)
          and (
            ${sql.lit(nearKnownWords)} or j.begun is null
            or (frequency > j.begun and distance = 1 and char_length(j.word) >= 5)
          )
        order by distance, left(word, 1) = left(j.word, 1) desc, frequency desc, word
        limit ${sql.lit(MAX_NEAR)}
      ) candidate
      where distance = nearest
    ) near
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('word', y.synonym, 'stem', search_stem(y.synonym))), '[]') as synonyms
      from search_synonyms y where y.stem = j.stem
    ) alike
    cross join lateral (
      select array(
        select s.word from search_words s
        where j.position = j.last and s.word > j.word and s.word < j.word || ${sql.lit(LAST_CHARACTER)}
        order by s.frequency desc, s.word
        limit ${sql.lit(MAX_COMPLETIONS)}
      ) as completions
    ) ending
    order by j.position`;
}
