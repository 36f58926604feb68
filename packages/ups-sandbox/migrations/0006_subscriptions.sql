-- Who is told about parcels: Quantum View's subscriptions, with how far each was read, and Track Alert's, with what is to be pushed.

create table upscom.quantum_subscription (
  -- A profile's id, or `application:` and a client id.
  subscriber text not null,
  name text not null check (length(name) between 1 and 21),
  -- UN unknown, AT activate, P pending, A active, I inactive, S suspended.
  status text not null default 'A' check (status in ('UN', 'AT', 'P', 'A', 'I', 'S')),
  -- The newest file that asking without criteria has handed out. Names sort as their files were written.
  read_through text not null default '',
  primary key (subscriber, name)
);

-- Where an application wants its events.
create table upscom.alert_destination (
  client_id text primary key references upscom.application on delete cascade,
  url text not null
);

create table upscom.alert_subscription (
  id bigint generated always as identity primary key,
  client_id text not null references upscom.application on delete cascade,
  tracking_number text,
  account text,
  enhanced boolean not null,
  -- D, I, M, X; null for all.
  event_kinds text[],
  -- The accounts whose parcels it may show a photo and a receiver of.
  accounts text[] not null,
  begins_at timestamptz not null,
  ends_at timestamptz not null,
  check ((tracking_number is null) <> (account is null))
);
create unique index alert_subscription_package on upscom.alert_subscription (client_id, tracking_number) where tracking_number is not null;
create unique index alert_subscription_account on upscom.alert_subscription (client_id, account) where account is not null;

-- Events on their way. `due_at`, `created_at` and `ended_at` are real time, whatever control did to the clock.
create table upscom.alert_push (
  id bigint generated always as identity primary key,
  client_id text not null references upscom.application on delete cascade,
  body jsonb not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  attempts int4 not null default 0,
  -- Answered 200, or given up.
  ended_at timestamptz
);
create index alert_push_due on upscom.alert_push (due_at) where ended_at is null;

-- One row: up to which time of the stand-in's clock the world's events were looked at.
create table upscom.alert_cursor (
  single boolean primary key default true check (single),
  through timestamptz
);
insert into upscom.alert_cursor default values;
