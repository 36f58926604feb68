-- One run of the authorization code flow. The state is stored as its hash, the verifier encrypted until it is used.
create table vault.opt_in (
  state_hash bytea primary key,
  company_id text not null,
  application text not null,
  environment text not null,
  session_hash bytea not null,
  member_id text not null,
  member_label text not null,
  verifier bytea,
  -- The grant's newest Clear when this began; a later one ends it.
  last_clear int4 not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  number int4
);

create index opt_in_grant on vault.opt_in (company_id, application) where consumed_at is null;
create index opt_in_expires on vault.opt_in (expires_at);
