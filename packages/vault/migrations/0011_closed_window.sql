-- A lease that is given back closes its window with the exact counts, in the give-back's own statement. What was done is
-- entered into the chain afterwards, by whoever comes first; the give-back does not queue for the chain's head.
alter table vault.audit_window add column closed_at timestamptz, add column cut_off int4 not null default 0;
