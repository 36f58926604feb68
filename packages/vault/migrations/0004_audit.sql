-- Append only. Each entry's hash covers its content and the hash before it, per company.
create table vault.audit_entry (
  company_id text not null,
  seq int8 not null,
  at timestamptz not null,
  action text not null,
  application text not null,
  generation int4 not null,
  actor_id text,
  actor_label text,
  detail jsonb not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (company_id, seq)
);

create function vault.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name;
end
$$;

create trigger audit_entry_stays before update or delete or truncate on vault.audit_entry
  for each statement execute function vault.refuse_change();

create table vault.audit_head (
  company_id text primary key,
  seq int8 not null,
  hash bytea not null
);

-- Written in the transaction of the change it tells of, under the grant's lock: ids rise in commit order per grant.
create table vault.outbox (
  company_id text not null,
  application text not null,
  id int8 generated always as identity,
  type text not null,
  generation int4 not null,
  at timestamptz not null,
  data jsonb not null,
  attempts int4 not null default 0,
  next_attempt_at timestamptz not null,
  delivered_at timestamptz,
  primary key (company_id, application, id)
);

create index outbox_undelivered on vault.outbox (id) where delivered_at is null;
