-- A process renews thousands of leases three times in five seconds. With half of each page free and no index on what changes,
-- the new row lies beside the old one and no index is written. The leases that ran out are looked for once a second,
-- and there are no more rows than leases.
drop index vault.lease_until;
alter table vault.lease set (fillfactor = 45);
alter table vault.audit_window set (fillfactor = 45);
