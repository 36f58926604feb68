-- Companies, their members, and what signing in needs.

create table suite.company (
  id              text primary key,
  name            text not null check (name <> ''),
  -- IANA name; the company's pages and mails state times in it.
  time_zone       text not null,
  executive_name  text not null default '',
  executive_mail  text not null default '',
  executive_phone text not null default '',
  created_at      timestamptz not null
);

create table suite.member (
  company_id        text not null references suite.company,
  id                text not null unique,
  mail              text not null check (mail = lower(mail)),
  sign_in_name      text not null check (sign_in_name = lower(sign_in_name)),
  role              text not null check (role in ('admin', 'user')),
  -- argon2id with its parameters; null until the first password is set.
  password_hash     text,
  -- Raised with every new password: whatever was opened with the one before is dead.
  epoch             int4 not null default 1,
  created_at        timestamptz not null,
  last_signed_in_at timestamptz,
  primary key (company_id, id),
  constraint member_mail_once_per_company unique (company_id, mail),
  constraint member_sign_in_name_once unique (sign_in_name)
);

-- Browsers from which a member has signed in: strangers' wrong passwords do not lock these out.
create table suite.known_browser (
  company_id   text not null,
  member_id    text not null,
  browser_hash bytea not null,
  last_used_at timestamptz not null,
  primary key (company_id, member_id, browser_hash),
  foreign key (company_id, member_id) references suite.member on delete cascade
);

create table suite.session (
  id_hash      bytea primary key,
  subject      text not null,
  epoch        int4 not null,
  created_at   timestamptz not null,
  last_seen_at timestamptz not null,
  flash        jsonb
);

create index session_subject on suite.session (subject);

create table suite.one_time_link (
  token_hash bytea primary key,
  purpose    text not null,
  subject    text not null,
  data       jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create index one_time_link_subject on suite.one_time_link (subject, purpose);

create table suite.throttle (
  key_hash     bytea primary key,
  window_start timestamptz not null,
  hits         int4 not null
);

create table suite.mail (
  id              bigint generated always as identity primary key,
  recipient       text not null,
  subject         text not null,
  body            text not null,
  created_at      timestamptz not null,
  sent_at         timestamptz,
  attempts        int4 not null default 0,
  next_attempt_at timestamptz not null,
  last_error      text
);

create index mail_due on suite.mail (next_attempt_at) where sent_at is null;
