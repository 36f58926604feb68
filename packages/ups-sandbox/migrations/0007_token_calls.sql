-- Code exchanges and refreshes of a moment, as one call and one commit. These functions serve callers in good standing
-- only: one that is not known, called too often, or presents anything but a valid code or token gets no row, and nothing
-- is done for it. Each statement of a function sees what was committed before it began, so that what is read after a lock
-- is what its last holder left.
-- The plans are kept from the first calls, when the tables are small, and must do when they are large: no table is ever read
-- from end to end, and `offset 0` keeps each look-up by key a look-up by key.

create function upscom.exchange_codes(
  at timestamptz, access_until timestamptz, refresh_until timestamptz, window_opened timestamptz, most_failures int4, most_calls int4,
  client_ids text[], secret_hashes bytea[], failures_keys bytea[], calls_keys bytea[], arrived_at_ms float8[], paths text[], access_hashes bytea[], refresh_hashes bytea[],
  most_wrong_verifiers int4, family_ids uuid[], code_hashes bytea[], redirect_uris text[], challenges text[]
) returns table (number int4, family_id uuid, profile_id text, epoch int4, scope text, refresh_count int4, arrival_id bigint)
language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
begin
  -- In one order, so that two processes with the same codes wait for each other and never in a circle.
  perform from upscom.authorization_code where code_hash = any(code_hashes) order by code_hash for update;
  return query
  with asked as (
    select * from unnest(client_ids, secret_hashes, failures_keys, calls_keys, arrived_at_ms, paths, access_hashes, refresh_hashes, family_ids, code_hashes, redirect_uris, challenges)
      with ordinality as asked (client_id, secret_hash, failures_key, calls_key, arrived_at_ms, path, access_hash, refresh_hash, family_id, code_hash, redirect_uri, challenge, number)
  ), valid as materialized (
    select asked.*, code.profile_id, code.epoch, code.scope,
      row_number() over (partition by calls_key order by number) as nth, count(*) over (partition by calls_key) as times
    from asked
    cross join lateral (select secret_hash from upscom.application where client_id = asked.client_id offset 0) application
    cross join lateral (select * from upscom.authorization_code where code_hash = asked.code_hash offset 0) code
    cross join lateral (select epoch from upscom.profile where id = code.profile_id offset 0) profile
    where (asked.secret_hash is null or application.secret_hash = asked.secret_hash)
      and code.client_id = asked.client_id and code.redirect_uri = asked.redirect_uri and profile.epoch = code.epoch
      and case when code.code_challenge is null then asked.secret_hash is not null and asked.challenge is null else code.code_challenge = asked.challenge end
      and code.consumed_at is null and code.withdrawn_at is null and code.expires_at > at and code.wrong_verifiers < most_wrong_verifiers
      and coalesce((select hits from upscom.throttle where key_hash = asked.failures_key and window_start > window_opened), 0) < most_failures
  ), counted as (
    insert into upscom.throttle as t (key_hash, window_start, hits)
    select calls_key, at, count(*)::int4 from valid group by calls_key order by calls_key
    on conflict (key_hash) do update set
      hits = case when t.window_start <= window_opened then excluded.hits else t.hits + excluded.hits end,
      window_start = case when t.window_start <= window_opened then excluded.window_start else t.window_start end
    returning key_hash, hits
  ), allowed as materialized (
    select valid.*, nextval('upscom.arrival_id_seq') as arrival_id from valid join counted on counted.key_hash = valid.calls_key
    where counted.hits - valid.times + valid.nth <= most_calls order by number
  ), spent as (
    update upscom.authorization_code code set consumed_at = at, family_id = allowed.family_id from allowed
    where code.code_hash = any(array(select code_hash from allowed)) and code.code_hash = allowed.code_hash
  ), family as (
    insert into upscom.token_family (id, client_id, profile_id, epoch, scope, created_at)
    select family_id, client_id, profile_id, epoch, scope, at from allowed
  ), access as (
    insert into upscom.access_token (token_hash, family_id, epoch, issued_at, expires_at)
    select access_hash, family_id, epoch, at, access_until from allowed
  ), refresh as (
    insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at)
    select refresh_hash, family_id, epoch, at, refresh_until from allowed
  ), arrival as (
    insert into upscom.arrival (id, at, method, path, status, client_id, grant_id, profile_id) overriding system value
    select arrival_id, to_timestamp(arrived_at_ms / 1000), 'POST', path, 200, client_id, family_id, profile_id from allowed
  )
  select number::int4, family_id, profile_id, epoch, scope, 0, arrival_id from allowed;
end $$;

create function upscom.refresh_tokens(
  at timestamptz, access_until timestamptz, refresh_until timestamptz, window_opened timestamptz, most_failures int4, most_calls int4,
  client_ids text[], secret_hashes bytea[], failures_keys bytea[], calls_keys bytea[], arrived_at_ms float8[], paths text[], access_hashes bytea[], refresh_hashes bytea[],
  token_hashes bytea[]
) returns table (number int4, family_id uuid, profile_id text, epoch int4, scope text, refresh_count int4, arrival_id bigint)
language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
begin
  -- Whoever spends or revokes in a family holds its row. In one order, as codes are.
  perform from upscom.token_family where id = any(array(select family_id from upscom.refresh_token where token_hash = any(token_hashes)))
  order by id for update;
  return query
  with asked as (
    select * from unnest(client_ids, secret_hashes, failures_keys, calls_keys, arrived_at_ms, paths, access_hashes, refresh_hashes, token_hashes)
      with ordinality as asked (client_id, secret_hash, failures_key, calls_key, arrived_at_ms, path, access_hash, refresh_hash, token_hash, number)
  ), valid as materialized (
    select asked.*, family.id as family_id, family.profile_id, family.epoch, family.scope, family.refresh_count + 1 as refresh_count,
      row_number() over (partition by calls_key order by number) as nth, count(*) over (partition by calls_key) as times
    from asked
    cross join lateral (select secret_hash from upscom.application where client_id = asked.client_id offset 0) application
    cross join lateral (select * from upscom.refresh_token where token_hash = asked.token_hash offset 0) token
    cross join lateral (select * from upscom.token_family where id = token.family_id offset 0) family
    cross join lateral (select epoch from upscom.profile where id = family.profile_id offset 0) profile
    where application.secret_hash = asked.secret_hash and family.client_id = asked.client_id and profile.epoch = token.epoch
      and token.spent_at is null and token.expires_at > at and family.revoked_at is null
      and coalesce((select hits from upscom.throttle where key_hash = asked.failures_key and window_start > window_opened), 0) < most_failures
  ), counted as (
    insert into upscom.throttle as t (key_hash, window_start, hits)
    select calls_key, at, count(*)::int4 from valid group by calls_key order by calls_key
    on conflict (key_hash) do update set
      hits = case when t.window_start <= window_opened then excluded.hits else t.hits + excluded.hits end,
      window_start = case when t.window_start <= window_opened then excluded.window_start else t.window_start end
    returning key_hash, hits
  ), allowed as materialized (
    select valid.*, nextval('upscom.arrival_id_seq') as arrival_id from valid join counted on counted.key_hash = valid.calls_key
    where counted.hits - valid.times + valid.nth <= most_calls order by number
  ), spent as (
    update upscom.refresh_token set spent_at = at where token_hash = any(array(select token_hash from allowed))
  ), family as (
    update upscom.token_family set refresh_count = refresh_count + 1 where id = any(array(select family_id from allowed))
  ), access as (
    insert into upscom.access_token (token_hash, family_id, epoch, issued_at, expires_at)
    select access_hash, family_id, epoch, at, access_until from allowed
  ), refresh as (
    insert into upscom.refresh_token (token_hash, family_id, epoch, issued_at, expires_at)
    select refresh_hash, family_id, epoch, at, refresh_until from allowed
  ), arrival as (
    insert into upscom.arrival (id, at, method, path, status, client_id, grant_id, profile_id) overriding system value
    select arrival_id, to_timestamp(arrived_at_ms / 1000), 'POST', path, 200, client_id, family_id, profile_id from allowed
  )
  select number::int4, family_id, profile_id, epoch, scope, refresh_count, arrival_id from allowed;
end $$;

-- What is spent stays on its page, without new entries in any index. Only the hourly deletion used the two indexes.
drop index upscom.authorization_code_family;
drop index upscom.access_token_family;
alter table upscom.authorization_code set (fillfactor = 50);
alter table upscom.refresh_token set (fillfactor = 70);
alter table upscom.token_family set (fillfactor = 70);
