-- What is done under one lease, while the lease lives: opened with it, counted at its renewals, and closed with it by an
-- entry in the company's chain. What is left of an instance that died is closed as unknown.
create table vault.audit_window (
  company_id text not null,
  application text not null,
  -- The taking of the lease.
  take_id text not null,
  generation int4 not null,
  instance_id text not null,
  -- From when on what is not yet entered was done.
  since timestamptz not null,
  counted_at timestamptz not null,
  last_call_at timestamptz,
  -- Everything since the lease was taken: [{"job", "purpose", "calls", "bytes"}].
  counted jsonb not null default '[]',
  -- The part of it that is in the chain already.
  entered jsonb not null default '[]',
  primary key (company_id, application, take_id)
);

create index audit_entry_application on vault.audit_entry (company_id, application, seq);

-- The chain's head as the event's change left it: who receives events can tell a chain that was cut off later.
alter table vault.outbox add column audit_seq int8, add column audit_hash bytea;
