-- Where this database was when the vault looked last. Anywhere else it is a copy or an older state of itself: tokens that
-- were spent or cleared since may be back in it.
create table vault.home (
  singleton boolean primary key default true check (singleton),
  server text not null,
  -- Of an embedded database: which files.
  files text,
  noted_at timestamptz not null,
  -- Since when grants are suspended because it had moved.
  suspended_at timestamptz
);

-- The cluster, the timeline that it writes, and the database in it.
create function vault.server() returns text language sql as $$
  select concat_ws('/', (select system_identifier from pg_control_system()), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
    (select oid from pg_database where datname = current_database()))
$$;

alter table vault."grant" drop constraint grant_state_check,
  add constraint grant_state_check check (state in ('none', 'authorized', 'suspended', 'needs-opt-in', 'clearing', 'cleared')),
  add column suspended_at timestamptz,
  -- False until the suspension stands in the company's audit.
  add column suspension_noted boolean not null default true;

create index grant_suspended on vault."grant" (company_id, application) where state = 'suspended';
