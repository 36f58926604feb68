-- Applications, what profiles granted them, and what control keeps. Codes, tokens and client secrets are SHA-256 hashes.
-- An epoch is copied from the profile when a code is issued and handed on to every token minted from it. It is compared
-- with the profile's present one whenever something is presented, so that a raised epoch voids all of it at once.

create table upscom.application (
  client_id text primary key,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  name text not null,
  display_name text not null,
  redirect_uris text[] not null check (cardinality(redirect_uris) > 0),
  created_at timestamptz not null
);

create table upscom.token_family (
  id uuid primary key,
  client_id text not null references upscom.application on delete cascade,
  profile_id text not null references upscom.profile on delete cascade,
  epoch int4 not null,
  scope text not null,
  created_at timestamptz not null,
  refresh_count int4 not null default 0,
  revoked_at timestamptz,
  revoked_because text check (revoked_because in ('code-replayed', 'refresh-token-reused', 'withdrawn')),
  check ((revoked_at is null) = (revoked_because is null))
);
create index token_family_profile on upscom.token_family (profile_id, client_id);

create table upscom.authorization_code (
  code_hash bytea primary key check (octet_length(code_hash) = 32),
  client_id text not null references upscom.application on delete cascade,
  profile_id text not null references upscom.profile on delete cascade,
  epoch int4 not null,
  redirect_uri text not null,
  code_challenge text,
  scope text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  wrong_verifiers int4 not null default 0,
  withdrawn_at timestamptz,
  consumed_at timestamptz,
  family_id uuid references upscom.token_family on delete cascade,
  check ((consumed_at is null) = (family_id is null))
);
create index authorization_code_profile on upscom.authorization_code (profile_id, client_id);
create index authorization_code_expiry on upscom.authorization_code (expires_at);
create index authorization_code_family on upscom.authorization_code (family_id);

create table upscom.access_token (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  family_id uuid not null references upscom.token_family on delete cascade,
  epoch int4 not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null
);
create index access_token_family on upscom.access_token (family_id);

create table upscom.refresh_token (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  family_id uuid not null references upscom.token_family on delete cascade,
  epoch int4 not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  spent_at timestamptz
);
create index refresh_token_family on upscom.refresh_token (family_id);

-- The ledger: every request that reached the OAuth and data endpoints. A null status: the connection was cut.
create table upscom.arrival (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  method text not null,
  path text not null,
  status int4,
  client_id text,
  grant_id uuid,
  profile_id text
);
create index arrival_at on upscom.arrival (at);

-- Faults that the next answers of an endpoint show, oldest first.
create table upscom.weather (
  id bigint generated always as identity primary key,
  endpoint text not null,
  remaining int4 not null check (remaining >= 0),
  fault jsonb not null
);
create index weather_endpoint on upscom.weather (endpoint, id) where remaining > 0;

-- One row: how far control moved the clock, when the world's parcels set off, and the settings that differ from the configuration.
create table upscom.control (
  single boolean primary key default true check (single),
  clock_offset_ms bigint not null default 0,
  world_begins_at timestamptz,
  settings jsonb not null default '{}'
);
insert into upscom.control default values;
