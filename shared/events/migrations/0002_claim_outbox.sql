-- Takes up to `most` of the oldest rows nobody else holds. A row is left when an older row of its (topic, key) is not part
-- of the claim: that one is in another relay's transaction, and must be first.
-- The table is empty most of the time. A plan made then would read all of a backlog once for every claimed row, and to plan
-- each claim anew costs more than to run it: without reading from end to end one plan is good for both.
CREATE FUNCTION claim_outbox(most int)
RETURNS TABLE (
  candidates int, seq bigint, topic text, key text, payload text, headers jsonb, age_ms float8
)
LANGUAGE plpgsql
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH candidate AS MATERIALIZED (
    SELECT seq, topic, key FROM outbox ORDER BY seq LIMIT most FOR UPDATE SKIP LOCKED
  ), held AS (
    SELECT topic, key, min(seq) AS seq FROM outbox o
    WHERE o.seq < (SELECT max(seq) FROM candidate)
      AND NOT EXISTS (SELECT 1 FROM candidate own WHERE own.seq = o.seq)
    GROUP BY topic, key
  ), claimed AS (
    SELECT c.seq FROM candidate c LEFT JOIN held h ON h.topic = c.topic AND h.key = c.key
    WHERE h.seq IS NULL OR h.seq > c.seq
  ), deleted AS (
    DELETE FROM outbox o WHERE o.seq = ANY (ARRAY(SELECT seq FROM claimed))
    RETURNING o.seq, o.topic, o.key, o.payload, o.headers,
      (extract(epoch FROM clock_timestamp() - o.created_at) * 1000)::float8 AS age_ms
  )
  SELECT size.candidates, deleted.*
  FROM (SELECT count(*)::int AS candidates FROM candidate) size LEFT JOIN deleted ON true
  ORDER BY deleted.seq;
END
$$;
