-- What keeps an application from being used at UPS and somebody has been told of. One row per trouble, gone when it is over.
create table vault.application_trouble (
  application text not null check (application in ('idm', 'idh')),
  kind text not null check (kind in ('throttled', 'unreachable', 'ups-fault', 'client-refused', 'blocked-merchant', 'uncertain')),
  since timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (application, kind)
);

create index grant_troubled on vault."grant" (application, trouble, trouble_since) where state = 'authorized' and trouble is not null;
