-- A consent by another UPS.com login than before: its pair waits, encrypted and unused, until an admin decides. At most one
-- per grant, and only beside a grant that stands or needs an opt-in.
create table vault.pending_consent (
  company_id text not null,
  application text not null,
  -- The one that the opt-in drew; it becomes the generation if an admin confirms.
  number int4 not null,
  member_id text not null,
  member_label text not null,
  arrived_at timestamptz not null,
  expires_at timestamptz not null,
  data_key_id text not null,
  master_key_id text not null,
  wrapped_key bytea not null,
  access_token bytea not null,
  refresh_token bytea not null,
  issued_at timestamptz not null,
  access_expires_at timestamptz not null,
  refresh_expires_at timestamptz,
  primary key (company_id, application)
);

create index pending_consent_expires on vault.pending_consent (expires_at);

-- By which UPS.com login the living consent came, as far as its access token tells: hashes under a key of the row's own,
-- which lies here under the master key. They tell logins apart and say nothing else.
create table vault.login (
  company_id text not null,
  application text not null,
  generation int4 not null,
  -- What the claims say is comparable only among tokens of one client.
  client_id text not null,
  key_id text not null,
  master_key_id text not null,
  wrapped_key bytea not null,
  sub_hash bytea,
  uuid_hash bytea,
  primary key (company_id, application),
  check (sub_hash is not null or uuid_hash is not null)
);

alter table vault.issued_token drop constraint issued_token_fate_check;
alter table vault.issued_token add constraint issued_token_fate_check
  check (fate in ('in use', 'replaced', 'destroyed by Clear', 'voided', 'never stored', 'waiting', 'never used'));
