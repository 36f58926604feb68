-- What each application may still ask UPS about packages, for all processes together. Times with float8 are milliseconds
-- since 1970 by the application's clock.
create table suite.call_budget (
  application text primary key check (application in ('idm', 'idh')),
  -- Until when the calls that were drawn have used the budget up.
  used_up_to  float8 not null default 0,
  -- How many times UPS asked for fewer calls of late, and when it last did.
  halvings    int4 not null default 0,
  slowed_at   float8 not null default 0,
  -- When a worker last found less than the companies in line wanted; null when the last one found enough.
  short_at    timestamptz
);

insert into suite.call_budget (application) values ('idm'), ('idh');

-- Until when the calls that were drawn for this grant have used its own budget up.
alter table suite.following add column used_up_to float8 not null default 0;
