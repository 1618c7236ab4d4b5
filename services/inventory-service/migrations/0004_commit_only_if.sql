-- Lets a statement that is sent in one message with the commit refuse it.
create function commit_only_if(holds boolean) returns void language plpgsql as $$
begin
  if holds is not true then
    raise exception 'what the transaction was decided on has changed' using errcode = 'VC001';
  end if;
end
$$;
