-- One row per company and application, made by the first opt-in and never deleted.
create table vault."grant" (
  company_id text not null,
  application text not null check (application in ('idm', 'idh')),
  state text not null default 'none' check (state in ('none', 'authorized', 'needs-opt-in', 'clearing', 'cleared')),
  -- The last number drawn, the one living, and the one that the newest Clear drew.
  drawn int4 not null default 0,
  generation int4 not null default 0,
  last_clear int4 not null default 0,
  -- Of the token set; rises with every stored pair and never falls, so that a late answer can be told from a timely one.
  version int4 not null default 0,
  opted_in_by_id text,
  opted_in_by_label text,
  since timestamptz,
  ended_at timestamptz,
  ended_by_id text,
  ended_by_label text,
  end_reason text check (end_reason in ('password-or-withdrawal', 'refresh-refused', 'answer-lost', 'cleared')),
  -- By the database's clock, for finding Clears whose owner died.
  clearing_since timestamptz,
  calls_cut_off int4 not null default 0,
  last_call_ended_at timestamptz,
  last_use_at timestamptz,
  next_refresh_at timestamptz,
  next_probe_at timestamptz,
  failures int4 not null default 0,
  trouble text check (trouble in ('throttled', 'unreachable', 'client-refused', 'blocked-merchant', 'uncertain')),
  trouble_since timestamptz,
  -- What ran into it. A good answer to one says nothing about the other.
  trouble_at text check (trouble_at in ('refresh', 'use')),
  -- Since when UPS's data APIs refuse the token, and how many refreshes that survived.
  refused_since timestamptz,
  refused_refreshes int4 not null default 0,
  primary key (company_id, application),
  check (generation <= drawn and last_clear <= drawn)
);

create index grant_due_refresh on vault."grant" (next_refresh_at) where state = 'authorized';
create index grant_due_probe on vault."grant" (next_probe_at) where state = 'authorized';
create index grant_clearing on vault."grant" (clearing_since) where state = 'clearing';

-- The pair that a grant holds now. Clear deletes the row, and with it the data key.
create table vault.token_set (
  company_id text not null,
  application text not null,
  generation int4 not null,
  version int4 not null,
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

-- Every access token that was made for a grant; never the token.
create table vault.issued_token (
  company_id text not null,
  application text not null,
  id int8 generated always as identity,
  generation int4 not null,
  version int4 not null,
  came_by text not null check (came_by in ('opt-in', 'refresh')),
  opted_in_by_id text not null,
  opted_in_by_label text not null,
  fingerprint text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  fate text not null check (fate in ('in use', 'replaced', 'destroyed by Clear', 'voided', 'never stored')),
  primary key (company_id, application, id)
);

-- The master keys that this database's data keys are wrapped under, each with a text only it can open.
create table vault.master_key (
  master_key_id text primary key,
  proof bytea not null,
  created_at timestamptz not null default now()
);
