-- Weather may strike one application, one grant, a share of the calls, for a number of calls or a time.
alter table upscom.weather
  alter column endpoint drop not null,
  alter column remaining drop not null,
  add column application text,
  add column grant_id text,
  add column share float8 not null default 1 check (share between 0 and 1),
  add column seed int4 not null default 0,
  -- How many calls it was asked about; with the seed, it says which are struck.
  add column asked int4 not null default 0,
  add column jitter_ms int4 not null default 0,
  add column ends_at timestamptz;
