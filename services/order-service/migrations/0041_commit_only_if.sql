-- Lets a statement that is sent in one message with the commit refuse it.
CREATE FUNCTION commit_only_if(holds boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF holds IS NOT TRUE THEN
    RAISE EXCEPTION 'what the transaction was decided on has changed' USING errcode = 'VC001';
  END IF;
END
$$;
