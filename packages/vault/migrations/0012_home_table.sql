-- Also which table this is: a dump that is restored over its own database makes all tables anew.
update vault.home set server = concat_ws('/', server, 'vault.home'::regclass::oid) where server = vault.server();

create or replace function vault.server() returns text language sql as $$
  select concat_ws('/', (select system_identifier from pg_control_system()), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
    (select oid from pg_database where datname = current_database()), 'vault.home'::regclass::oid)
$$;
