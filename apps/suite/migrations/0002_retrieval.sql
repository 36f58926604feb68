-- Packages that a company follows under one application's grant, and when they are asked for next.

create table suite.following (
  company_id    text not null references suite.company,
  application   text not null check (application in ('idm', 'idh')),
  -- When the worker looks at this company's packages next; null while none is followed.
  due_at        timestamptz,
  -- Raised whenever packages are added, so that a run that ends meanwhile does not overlook them.
  version       int8 not null default 1,
  claim         uuid,
  claimed_until timestamptz,
  -- Why the last run could not go on, and since when.
  delay         text,
  delayed_since timestamptz,
  primary key (company_id, application)
);

create index following_due on suite.following (due_at) where due_at is not null;

create table suite.followed_package (
  company_id   text not null,
  application  text not null,
  number       text not null check (number ~ '^[0-9A-Z]{7,34}$'),
  followed_by  text not null,
  followed_at  timestamptz not null,
  due_at       timestamptz not null,
  -- The last answer by UPS: when it was asked for, and what it said. Null until there is one.
  asked_at     timestamptz,
  found        boolean,
  status_type  text,
  status_code  text,
  status_text  text,
  scan_at      timestamptz,
  scan_local   text,
  scan_place   text,
  -- The last failure after that answer; null when the last attempt was answered.
  failed_at    timestamptz,
  failure      text,
  failures     int4 not null default 0,
  primary key (company_id, application, number),
  foreign key (company_id, application) references suite.following
);

create index followed_package_due on suite.followed_package (company_id, application, due_at);
create index followed_package_listed on suite.followed_package (company_id, application, followed_at desc, number);
