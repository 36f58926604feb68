-- An instance's right to use one generation of a grant for a few seconds, by the database's clock. A row given back
-- while the grant is being cleared stays until Clear has counted it.
create table vault.lease (
  company_id text not null,
  application text not null,
  generation int4 not null,
  instance_id text not null,
  -- Random for each taking: what is meant for an earlier one never touches a later.
  take_id text not null,
  taken_at timestamptz not null,
  until timestamptz not null,
  given_back_at timestamptz,
  calls int4 not null default 0,
  calls_cut_off int4 not null default 0,
  last_call_ended_at timestamptz,
  primary key (company_id, application, generation, instance_id)
);

create index lease_until on vault.lease (until);

-- A refresh token being spent: written before the POST, gone when its outcome is stored. At most one per grant.
create table vault.redemption (
  company_id text not null,
  application text not null,
  id text not null,
  generation int4 not null,
  version int4 not null,
  instance_id text not null,
  phase text not null check (phase in ('pending', 'uncertain')),
  recovery boolean not null default false,
  attempts int4 not null default 0,
  -- By the database's clock, while pending.
  deadline_at timestamptz not null,
  -- By the application's clock, while uncertain.
  next_attempt_at timestamptz,
  primary key (company_id, application)
);
