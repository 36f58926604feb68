-- Addresses that a company wants to be told of what happens to its grants, and what was sent there.

create table suite.webhook_endpoint (
  company_id      text not null references suite.company,
  id              text not null,
  url             text not null,
  events          text[] not null check (cardinality(events) > 0),
  -- AES-256-GCM, bound to this row's ids.
  secret          bytea not null,
  created_at      timestamptz not null,
  created_by      text not null,
  disabled_at     timestamptz,
  -- A member's mail address, or null when the endpoint itself answered that it is gone.
  disabled_by     text,
  primary key (company_id, id),
  constraint webhook_endpoint_url_once_per_company unique (company_id, url)
);

create sequence suite.webhook_position;

create table suite.webhook_delivery (
  company_id      text not null,
  id              int8 generated always as identity,
  endpoint_id     text not null,
  -- The header webhook-id: the same at every attempt.
  message_id      text not null unique,
  -- The grant that it tells of: those of one grant go out one after the other. Empty for test events.
  application     text not null,
  type            text not null,
  body            text not null,
  -- The place in that line. One that is sent again goes to its end.
  position        int8 not null default nextval('suite.webhook_position'),
  state           text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  created_at      timestamptz not null,
  attempts        int4 not null default 0,
  -- After the attempt at this time nothing more is tried.
  give_up_at      timestamptz not null,
  next_attempt_at timestamptz not null,
  claim           uuid,
  claimed_until   timestamptz,
  last_attempt_at timestamptz,
  last_status     int4,
  last_failure    text,
  finished_at     timestamptz,
  primary key (company_id, id),
  foreign key (company_id, endpoint_id) references suite.webhook_endpoint on delete cascade
);

create index webhook_delivery_due on suite.webhook_delivery (next_attempt_at) where state = 'waiting';
create index webhook_delivery_line on suite.webhook_delivery (company_id, endpoint_id, application, position) where state = 'waiting';
create index webhook_delivery_endpoint on suite.webhook_delivery (company_id, endpoint_id, id);
create index webhook_delivery_finished on suite.webhook_delivery (finished_at) where finished_at is not null;
